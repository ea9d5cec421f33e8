@echo off
rem Cotbus. By a double click: the radio of cotbus.yaml, or a simulated mesh. No administrator is needed.
setlocal
"%~dp0node.exe" "%~dp0start.mjs" %*
set STATUS=%ERRORLEVEL%
if "%~1"=="" if not "%STATUS%"=="0" (
  echo.
  echo Cotbus has ended with status %STATUS%. What went wrong stands above.
  pause
)
exit /b %STATUS%
