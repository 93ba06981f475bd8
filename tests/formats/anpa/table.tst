z9631asian
r z BC-ROW--TarnLeague     05-01 0500
^BC-ROW--Tarn League Glance<
^Tarn League Standings= 
^All Times TST= 
^By The Meridian Press= 
^EAST SHORE= 
^;W;L;Pct;GB 
Skerrow;23;13;.639;_ 
Lower Tarn;19;21;.475;6{ 
	   ___= 
^Sunday's Races= 
	   Skerrow 7, Innis 5< 
^END<

	   MP-WF-05-01-26 2010GMT<


