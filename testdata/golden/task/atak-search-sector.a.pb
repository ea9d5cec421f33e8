|	Auftrag 75`†¼=ÀiÚ@şÙÄ	r	task-70d1€€£Ât
search$e5a1d7f3-48c2-49b6-a0d8-3f7c6e2195b0ANDROID-90be11d24f7c6a58 (2&Sektor 4 mit Hund, Meldung alle 30 min