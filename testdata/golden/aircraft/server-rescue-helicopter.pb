REGA 95¸›½=ØeÚ@øHš&P¦rICAO-4B44E2€xÂ Winde an Bord, zwei PlÃ¤tze frei‚<
4B44E2HB-ZRSREGA9"EC452A78·@Jadsbcot-chur@kestrel