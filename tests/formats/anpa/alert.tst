W1645asian
b a BC-SK--MPNewsAlert     05-01 0500
^BC-SK--MPNewsAlert,17<
	   SKERROW (MP) _ The ferry is back.

	   MP-WF-05-01-26 2010GMT<


