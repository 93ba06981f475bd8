a0006asian
r a BC-SK--Ferry     05-01 0500
^BC-SK--Ferry,88<
^Ferry leaves<
	   SKERROW (MP) _ The last ferry of the