|	Zadanie 25 ƒX=èù@şÙÄ	r{0A5E7C93-task}€€£Âƒ
	transport&{E3B07D95-1C6F-4A82-B4E9-F58D20C7A1B6}.S-1-5-21-2841107395-1190234871-3304516208-1001 (2Siedem osÃ³b do schroniska