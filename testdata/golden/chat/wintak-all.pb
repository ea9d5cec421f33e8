5Ë.X=vU@œrJGeoChat.S-1-5-21-2841107395-1190234871-3304516208-1001.All Chat Rooms.7be0€€£úe
SUwaga: Å›migÅ‚owiec za 10 minut, lÄ…dowisko przy schronisku.
ZabezpieczyÄ‡ sprzÄ™t.SZTAB Åomnica