@echo off
rem Lets Cotbus start with Windows, before anybody logs in, and start again when it ends: service.cmd install
rem Takes that back: service.cmd remove. Only this script needs an administrator, and asks for one.
setlocal
if /i not "%~1"=="install" if /i not "%~1"=="remove" (
  echo service.cmd install ^| remove
  exit /b 2
)
net session >nul 2>&1
if not "%ERRORLEVEL%"=="0" (
  powershell -NoProfile -Command "Start-Process -Verb RunAs -FilePath $env:ComSpec -ArgumentList '/k', '\"\"%~f0\" %~1\"'"
  exit /b
)
set "COTBUS_SERVICE_HOME=%ProgramData%\Cotbus"
set "COTBUS_SERVICE_APP=%~dp0"
if /i "%~1"=="remove" (
  powershell -NoProfile -Command "Stop-ScheduledTask -TaskName Cotbus -ErrorAction SilentlyContinue; Unregister-ScheduledTask -TaskName Cotbus -Confirm:$false"
  echo Cotbus starts with Windows no more. Its settings and data stay in %COTBUS_SERVICE_HOME%
  exit /b
)
if not exist "%COTBUS_SERVICE_HOME%" mkdir "%COTBUS_SERVICE_HOME%"
rem For itself and administrators alone: there are keys and messages in it. S-1-5-19 is LOCAL SERVICE.
icacls "%COTBUS_SERVICE_HOME%" /inheritance:r /grant "*S-1-5-19:(OI)(CI)M" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" >nul
powershell -NoProfile -Command "$app = $env:COTBUS_SERVICE_APP; $action = New-ScheduledTaskAction -Execute ($app + 'node.exe') -Argument ('\"' + $app + 'start.mjs\" --home \"' + $env:COTBUS_SERVICE_HOME + '\" up') -WorkingDirectory $app; $settings = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -StartWhenAvailable -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit (New-TimeSpan -Seconds 0); Register-ScheduledTask -TaskName Cotbus -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) -Settings $settings -User 'NT AUTHORITY\LOCAL SERVICE' -RunLevel Limited -Force | Out-Null; Start-ScheduledTask -TaskName Cotbus"
if not "%ERRORLEVEL%"=="0" exit /b 1
echo Cotbus runs, and starts with Windows. Its settings go into %COTBUS_SERVICE_HOME%\cotbus.yaml
echo Leave this folder where it is: %COTBUS_SERVICE_APP%
