   ZCZC MPX
%A
#AM Tarn headlines
$Tarn headlines round-up May 01, 1200
:1200
*07000000
~AM Service
@TRN
Here are this morning's latest headlines...

* A ferry has come back without its passengers, and the council wants to know why it was on time.

* A heron is on the bridge.

NNNN