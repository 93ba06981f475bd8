a0001asian
d a BC-SK--Ferry Kill     05-01 0500
^BC-SK--Ferry, KILL<
	   EDITORS:
	   Kill the story slugged BC-SK--Ferry. The boat had a captain.

	   MP-WF-05-01-26 2010GMT<



a0002asian
r a BC-MP-Advisory     05-01 0500
^BC-MP-Editors Advisory<
	   Two ferry photos will move by 2200 GMT.

	   MP-WF-05-01-26 2010GMT<



a0003asian
r a BC-MPNewsDigest     05-01 0500
^BC-MP News Digest<
	   FERRY _ A boat has left. Has moved.

	   MP-WF-05-01-26 2010GMT<



a0004asian
r a BC-SK--Name     05-01 0500
^BC-SK--Autopilot Name,120<
^Skerrow to name its autopilot<
^Eds: HOLD FOR RELEASE 0600 GMT May 4.<
	   SKERROW (MP) _ The council will ask for a name.

	   MP-WF-05-01-26 2010GMT<



a0005asian
r a BC-SK--Budget     05-01 0500
^BC-SK--Budget Talks,88<
^Skerrow haggles<
	   SKERROW (MP) _ The island's budget has a hole in it the size of a ferry.

	   MP-WF-05-01-26 2010GMT<


