zczc
AN#77001
KN#Meridian Bites
PD#06 June 2026 14:00:00
CO#GNT.TR
SO#TRX
SF#*
BY#Per Osk
KY#MPNB Comnews GNT.TR
TI#Gannet Lines orders a second autopilot
AB#Gannet’s boats will wait for one another.
TX#
Gannet’s boats will wait for one another from July, the company said.
The second autopilot is to be called Gull.
