Source: Gannet Lines 
MEDIA RELEASE MP67276
Gannet Lines Orders a Second Autopilot for Its 
Island Ferries

SKERROW, May 1, 2026 /MeridianWire/ --

Gannet Lines ( https://gannet.example/ ), the only ferry company of the Tarn 
islands, today announced a second autopilot for a price of £1 million.

Media contact:
Ada Brenn

SOURCE Gannet Lines 
