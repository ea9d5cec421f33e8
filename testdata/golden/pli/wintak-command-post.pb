SZTAB ≈Åomnica (5À.X=vU@úXd`r.S-1-5-21-2841107395-1190234871-3304516208-1001zSZTAB ≈ÅomnicaÄ˜ä	5.3.0.149íLENOVO 21HMö
WinTAK-CIV¢Microsoft Windows 11 Pro