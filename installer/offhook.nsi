; OffhookSetup-VERSION-x64.exe: see docs/windows.md. Built by `make installer`, which defines
; VERSION, VERSION_NUMBERS, STAGE (the folder to install), FILES (its files as commands), SIZE_KB, WINDOWS, LAUNCHER_ICON
; and OUT; also SIGN, if the uninstaller is to be signed, which is the command for it.
;
; Nothing is half done: the new program is unpacked beside the old one, and then takes its place by a renaming.
; What was begun and not ended, since somebody ended it or the power failed, is finished or undone by the next run.

Target amd64-unicode
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win8.1 Win10
RequestExecutionLevel admin
!ifdef QUICK
    SetCompress off ; for the tests: in seconds, but four times as large
!else
    SetCompressor /SOLID lzma
    SetCompressorDictSize 32
!endif
CRCCheck force
!ifdef SIGN
    !uninstfinalize '${SIGN} "%1"' = 0
!endif
AllowSkipFiles off
SetOverwrite on

!include MUI2.nsh
!include LogicLib.nsh
!include Sections.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh
!include x64.nsh
!include nsDialogs.nsh
!include "common.nsh"

Name "Offhook"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Offhook"
BrandingText "Offhook ${VERSION}"
VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "Offhook"
VIAddVersionKey /LANG=0 "CompanyName" "Offhook"
VIAddVersionKey /LANG=0 "FileDescription" "Offhook Setup"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache License 2.0"

Var Server
Var Terminal
Var ConfigFile
Var ServerField
Var TerminalField
Var Again ; was Offhook installed before?
Var HadTsp ; with the provider?
Var TspCode
Var HadService ; with the Call Manager as a service?
Var ServiceStopped ; for the exchange
Var Ended ; 0, if all of it did
Var Running ; what did not

!define MUI_ICON "${LAUNCHER_ICON}"
!define MUI_UNICON "${LAUNCHER_ICON}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "welcome.bmp"
!define MUI_UNWELCOMEFINISHPAGE_BITMAP "welcome.bmp"
!define MUI_HEADERIMAGE
!define MUI_HEADERIMAGE_BITMAP "header.bmp"
!define MUI_HEADERIMAGE_RIGHT
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartAsUser
; The finish page has one more box, meant for a read-me: here it opens Windows' Settings.
!define MUI_FINISHPAGE_SHOWREADME
!define MUI_FINISHPAGE_SHOWREADME_TEXT $(CHOOSE_LINKS)
!define MUI_FINISHPAGE_SHOWREADME_FUNCTION ChooseLinks
!define MUI_FINISHPAGE_SHOWREADME_NOTCHECKED
!define MUI_FINISHPAGE_NOREBOOTSUPPORT
!define MUI_COMPONENTSPAGE_SMALLDESC

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${STAGE}\LICENSE"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
Page custom FirstSettings FirstSettingsLeave
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_SHOW OnlyWithLinks
!insertmacro MUI_PAGE_FINISH

!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.Purge un.PurgeLeave
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Korean"
!insertmacro MUI_LANGUAGE "German"
!include "english.nsh"
!include "korean.nsh"
!include "german.nsh"

; ---------------------------------------------------------------------------------------------------- what is installed

Section "Smart Messenger" PROGRAM
    SectionIn RO
    AddSize ${SIZE_KB} ; the files are in a function, where makensis does not count them
    Call Recover
    Call Unpack
    Call WriteSettings
    Call EndRunning
    Call StopService
    Call Exchange
    Call Register
    ; Start menu
    SetShellVarContext all
    CreateDirectory "$SMPROGRAMS\Offhook"
    Delete "$SMPROGRAMS\Offhook\*.lnk" ; of before, with names in another language
    CreateShortcut "$SMPROGRAMS\Offhook\Offhook.lnk" "$INSTDIR\app\offhook-messenger.exe"
    CreateShortcut "$SMPROGRAMS\Offhook\$(SHORTCUT_INSTALL_TSP).lnk" "$INSTDIR\app\offhook-messenger.exe" "messenger --install-tsp"
    CreateShortcut "$SMPROGRAMS\Offhook\$(SHORTCUT_UNINSTALL_TSP).lnk" "$INSTDIR\app\offhook-messenger.exe" "messenger --uninstall-tsp"
    ${Log} "installed ${VERSION} in $INSTDIR"
SectionEnd

Section /o "$(NAME_TSP)" TSP
SectionEnd

Section /o "$(NAME_SERVICE)" SERVICE
SectionEnd

; Windows 11 shows it nowhere but in the old Control Panel: who looks for a line's settings does not find it.
Section "$(NAME_LINE_SETTINGS)" LINE_SETTINGS
    CreateShortcut "$SMPROGRAMS\Offhook\$(SHORTCUT_LINE_SETTINGS).lnk" "$SYSDIR\control.exe" "telephon.cpl" \
        "$SYSDIR\telephon.cpl" 0 SW_SHOWNORMAL "" "$(ABOUT_LINE_SETTINGS)"
SectionEnd

Section "$(NAME_AUTOSTART)" AUTOSTART
    WriteRegStr HKLM "${RUN_KEY}" "Offhook" '"$INSTDIR\app\offhook-messenger.exe" messenger --hidden'
SectionEnd

Section "$(NAME_LINKS)" LINKS
    !insertmacro RegisterLinks
SectionEnd

; Last, since the choices above decide: what was chosen in an earlier run and is not now goes.
Section "-end"
    ${IfNot} ${SectionIsSelected} ${AUTOSTART}
        DeleteRegValue HKLM "${RUN_KEY}" "Offhook"
    ${EndIf}
    ${IfNot} ${SectionIsSelected} ${LINKS}
        !insertmacro ForgetLinks
    ${EndIf}
    Call SetUpTsp
    Call SetUpService
    RMDir /r /REBOOTOK "$INSTDIR\app.old"
    ${GetSize} "$INSTDIR\app" "/S=0K" $0 $1 $2
    IntFmt $0 "0x%08X" $0
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0
    ${Log} "done"
    Call CloseLog
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} $(ABOUT_PROGRAM)
    !insertmacro MUI_DESCRIPTION_TEXT ${TSP} $(ABOUT_TSP)
    !insertmacro MUI_DESCRIPTION_TEXT ${SERVICE} $(ABOUT_SERVICE)
    !insertmacro MUI_DESCRIPTION_TEXT ${LINE_SETTINGS} $(ABOUT_LINE_SETTINGS)
    !insertmacro MUI_DESCRIPTION_TEXT ${AUTOSTART} $(ABOUT_AUTOSTART)
    !insertmacro MUI_DESCRIPTION_TEXT ${LINKS} $(ABOUT_LINKS)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; ------------------------------------------------------------------------------------------------------------- the start

Function .onInit
    SetRegView 64
    SetShellVarContext all
    Call OpenLog
    ${Log} "setup ${VERSION} begins: $CMDLINE"
    Call ChooseLanguage
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        ${Fail} ${NEEDS_ADMINISTRATOR} $(NEEDS_ADMINISTRATOR_TEXT)
    ${EndIf}
    ${IfNot} ${RunningX64}
    ${OrIfNot} ${AtLeastWin${WINDOWS}}
        ${Fail} ${OLD_WINDOWS} $(OLD_WINDOWS_TEXT)
    ${EndIf}
    ${If} ${IsNativeARM64}
        ${Log} "Windows on Arm: the program is an emulated one, the telephony service provider is an arm64 one"
    ${EndIf}
    ; One at a time. The handle is closed by Windows when this program ends, however it ends.
    System::Call 'kernel32::CreateMutexW(p 0, i 1, w "Global\OffhookSetup") p .r1 ?e'
    Pop $0
    ${If} $0 = 183 ; ERROR_ALREADY_EXISTS
    ${OrIf} $0 = 5 ; somebody else's, ERROR_ACCESS_DENIED
        ${Fail} ${RUNS_ALREADY} $(RUNS_ALREADY_TEXT)
    ${EndIf}
    ReadRegStr $0 HKLM "${SETTINGS_KEY}" "Msi" ; the MSI refuses in the same way where this setup was
    ${If} $0 != ""
        ${Fail} ${IS_FROM_MSI} $(IS_FROM_MSI_TEXT)
    ${EndIf}
    ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "DisplayVersion"
    ReadRegStr $1 HKLM "${UNINSTALL_KEY}" "InstallLocation"
    ${If} $0 != ""
        StrCpy $Again 1
        ${VersionCompare} "$0" "${VERSION}" $2
        ${If} $2 = 1
            ${Fail} ${IS_NEWER} $(IS_NEWER_TEXT)
        ${EndIf}
        ; /D= wins only for a first installation: two of them would fight over the same lines and links.
        StrCpy $INSTDIR $1
        Call ChooseAsBefore
    ${EndIf}
    ; Also made and removed on the command line, where nobody notes it: Windows itself knows.
    ReadRegStr $0 HKLM "${SERVICE_KEY}" "ImagePath"
    ${If} $0 != ""
        !insertmacro SelectSection ${SERVICE}
        StrCpy $HadService 1
    ${EndIf}
    Call ReadOptions
FunctionEnd

; The person's own, unless another is wanted.
Function ChooseLanguage
    !insertmacro ReadOption "/LANG=" $0 $1
    ${If} $0 == "en"
        StrCpy $LANGUAGE ${LANG_ENGLISH}
    ${ElseIf} $0 == "ko"
        StrCpy $LANGUAGE ${LANG_KOREAN}
    ${ElseIf} $0 == "de"
        StrCpy $LANGUAGE ${LANG_GERMAN}
    ${ElseIf} $1 = 1
        ${Fail} ${BAD_OPTION} "/LANG=$0: $(ONE_OF_THE_LANGUAGES)"
    ${EndIf}
FunctionEnd

Function ChooseAsBefore
    ReadRegStr $0 HKLM "${SETTINGS_KEY}" "Components"
    ${If} $0 != ""
        ; Also put in and taken out from the Start menu, where nobody notes it.
        ${If} ${FileExists} "$SYSDIR\offhook.tsp"
            !insertmacro SelectSection ${TSP}
            StrCpy $HadTsp 1
        ${EndIf}
        !insertmacro ChooseIf $0 "A" ${AUTOSTART}
        !insertmacro ChooseIf $0 "L" ${LINKS}
        !insertmacro ChooseIf $0 "S" ${LINE_SETTINGS}
    ${EndIf}
FunctionEnd

Function ReadOptions
    !insertmacro SwitchOption "/TSP=" ${TSP}
    !insertmacro SwitchOption "/SERVICE=" ${SERVICE}
    !insertmacro SwitchOption "/LINESETTINGS=" ${LINE_SETTINGS}
    !insertmacro SwitchOption "/AUTOSTART=" ${AUTOSTART}
    !insertmacro SwitchOption "/LINKS=" ${LINKS}
    !insertmacro ReadOption "/SERVER=" $Server $0
    !insertmacro ReadOption "/TERMINAL=" $Terminal $0
    !insertmacro ReadOption "/CONFIG=" $ConfigFile $0
    ${If} $ConfigFile != ""
    ${AndIfNot} ${FileExists} "$ConfigFile"
        ${Fail} ${BAD_OPTION} "/CONFIG=$ConfigFile: $(NO_SUCH_FILE)"
    ${EndIf}
    ${If} $ConfigFile != ""
        ${If} $Server != ""
        ${OrIf} $Terminal != ""
            ${Fail} ${BAD_OPTION} $(CONFIG_ALONE)
        ${EndIf}
    ${EndIf}
    ${If} $Terminal != ""
    ${AndIf} $Server == ""
    ${AndIfNot} ${SectionIsSelected} ${TSP}
        ${Fail} ${BAD_OPTION} "/TERMINAL=$Terminal: $(TERMINAL_ALONE)"
    ${EndIf}
    !insertmacro CheckValue $Server "/SERVER="
    !insertmacro CheckValue $Terminal "/TERMINAL="
FunctionEnd

; ------------------------------------------------------------------------------------------------------ the exchange

; What a run that was ended in the middle has left. The old program, if its place is empty, is put back.
Function Recover
    ${If} ${FileExists} "$INSTDIR\app.old\offhook.exe"
    ${AndIfNot} ${FileExists} "$INSTDIR\app\offhook.exe"
        RMDir /r "$INSTDIR\app"
        Rename "$INSTDIR\app.old" "$INSTDIR\app"
        ${Log} "an earlier run was cut off: the program of before is back"
    ${EndIf}
    RMDir /r "$INSTDIR\app.old"
    RMDir /r "$INSTDIR\app.gone"
    Call RemoveNew
FunctionEnd

Function RemoveNew
    RMDir /r "$INSTDIR\app.new"
    Delete "$INSTDIR\uninstall.new"
    Delete "$INSTDIR\new.toml"
    Delete "$INSTDIR\new.toml.bak"
FunctionEnd

; What was unpacked goes: what was installed before still works, and where nothing was, there is nothing.
Function TakeBack
    SetOutPath "$TEMP"
    Call StartServiceAgain
    Call RemoveNew
    ${If} $Again != 1
        Delete "$INSTDIR\offhook-again.exe"
        RMDir "$INSTDIR"
    ${EndIf}
FunctionEnd

Function Unpack
    ClearErrors
    CreateDirectory "$INSTDIR"
    ; Some spare: Windows slows down and programs fail on a disk that is full to the last byte.
    ${GetRoot} "$INSTDIR" $0
    System::Call 'kernel32::GetDiskFreeSpaceExW(w "$INSTDIR", *l .r1, p 0, p 0) i .r2'
    ${If} $2 <> 0
        System::Int64Op $1 / 1024
        Pop $1
        System::Int64Op $1 < ${SIZE_KB}
        Pop $3
        ${If} $3 = 1
            ${Fail} ${NO_SPACE} $(NO_SPACE_TEXT)
        ${EndIf}
    ${EndIf}
    SetOutPath "$INSTDIR\app.new"
    ${If} ${Errors}
        ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
    ${EndIf}
    ClearErrors
    !include "${FILES}"
    ${If} ${Errors}
        Call TakeBack
        ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
    ${EndIf}
    WriteUninstaller "$INSTDIR\uninstall.new"
    ${If} ${Errors}
        Call TakeBack
        ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
    ${EndIf}
    SetOutPath "$TEMP" ; a current folder cannot be renamed
FunctionEnd

; NSIS itself gives up where a file cannot be written to its end, and the person has said that it is not to try again.
Function .onInstFailed
    Call TakeBack
    ${Log} "ended (${CANNOT_WRITE}): $(CANNOT_WRITE_TEXT)"
    SetErrorLevel ${CANNOT_WRITE}
FunctionEnd

; The Smart Messengers of everybody are asked to end: they hang up nobody. Each starts what starts it again when this
; setup has ended: as the person, in the session where it was.
Function EndRunning
    ClearErrors
    CopyFiles /SILENT "$INSTDIR\app.new\offhook-again.exe" "$INSTDIR\offhook-again.exe"
    ClearErrors ; one that runs still cannot be replaced, and does as well
    ${If} ${FileExists} "$INSTDIR\app\offhook.exe"
        nsExec::ExecToStack /TIMEOUT=20000 '"$INSTDIR\app.new\offhook.exe" messenger --end --everybody --again'
        Pop $Ended
        Pop $Running
        ${Log} "ended running Smart Messengers: $Ended $Running"
    ${EndIf}
FunctionEnd

; The Call Manager ends in order: its calls are noted, and people who talk may talk on.
Function StopService
    ${If} $HadService = 1
        nsExec::ExecToStack /TIMEOUT=60000 '"$INSTDIR\app.new\offhook.exe" service stop'
        Pop $0
        Pop $1
        ${Log} "service stop: $0 $1"
        ${If} $0 <> 0
            Call TakeBack
            ${Fail} ${IN_USE} "$(IN_USE_TEXT)$\r$\n$\r$\n$1"
        ${EndIf}
        StrCpy $ServiceStopped 1
    ${EndIf}
FunctionEnd

; Where the exchange has failed: the program of before goes on.
Function StartServiceAgain
    ${If} $ServiceStopped = 1
        StrCpy $ServiceStopped 0
        nsExec::ExecToStack /TIMEOUT=100000 '"$INSTDIR\app\offhook.exe" service start'
        Pop $0
        Pop $1
        ${Log} "service start: $0 $1"
    ${EndIf}
FunctionEnd

; Its configuration is in %ProgramData%\Offhook, where none but administrators and itself read the passwords. Until
; there is one, it is made and not started.
Function SetUpService
    ${If} ${SectionIsSelected} ${SERVICE}
        StrCpy $0 'service install'
        ${IfNot} ${FileExists} "$APPDATA\Offhook\offhook.toml"
            StrCpy $0 '$0 --no-start'
        ${EndIf}
    ${ElseIf} $HadService = 1
        StrCpy $0 'service remove'
    ${Else}
        Return
    ${EndIf}
    nsExec::ExecToStack /TIMEOUT=120000 '"$INSTDIR\app\offhook.exe" $0'
    Pop $2
    Pop $1
    ${Log} "$0: $2 $1"
    ${If} $2 != 0
        DetailPrint $1
        ${Warn} ${SERVICE_FAILED} "$(SERVICE_FAILED_TEXT)$\r$\n$\r$\n$1"
    ${EndIf}
FunctionEnd

Function Exchange
    StrCpy $R1 0
    ${If} ${FileExists} "$INSTDIR\app"
        try:
        ClearErrors
        ${If} $Ended = 0
            Rename "$INSTDIR\app" "$INSTDIR\app.old"
        ${Else}
            SetErrors
        ${EndIf}
        ${If} ${Errors}
            IntOp $R1 $R1 + 1
            ${If} $R1 = 20
                Call EndRunning ; one that had just been started
            ${EndIf}
            ${If} $R1 < 40
                Sleep 250
                Goto try
            ${EndIf}
            Call TakeBack
            ${Fail} ${IN_USE} "$(IN_USE_TEXT)$\r$\n$\r$\n$Running"
        ${EndIf}
    ${EndIf}
    ClearErrors
    Rename "$INSTDIR\app.new" "$INSTDIR\app"
    ${If} ${Errors}
        Rename "$INSTDIR\app.old" "$INSTDIR\app"
        Call TakeBack
        ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\new.toml"
        CopyFiles /SILENT "$INSTDIR\offhook.toml" "$INSTDIR\offhook.toml.bak"
        !insertmacro Replace "$INSTDIR\new.toml" "$INSTDIR\offhook.toml"
        Delete "$INSTDIR\new.toml.bak"
    ${EndIf}
    !insertmacro Replace "$INSTDIR\uninstall.new" "$INSTDIR\uninstall.exe"
FunctionEnd

; The first settings of everybody on this computer. An upgrade changes them only where it is told to. They take their
; place with the program.
Function WriteSettings
    ${If} $ConfigFile != ""
        ClearErrors
        CopyFiles /SILENT "$ConfigFile" "$INSTDIR\new.toml"
        ${If} ${Errors}
            Call TakeBack
            ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
        ${EndIf}
    ${ElseIf} $Server != ""
        ${If} ${FileExists} "$INSTDIR\offhook.toml"
            ClearErrors
            CopyFiles /SILENT "$INSTDIR\offhook.toml" "$INSTDIR\new.toml"
            ${If} ${Errors}
                Call TakeBack
                ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
            ${EndIf}
        ${EndIf}
        StrCpy $0 '"$INSTDIR\app.new\offhook.exe" config set --config "$INSTDIR\new.toml" "--server=$Server"'
        ${If} $Terminal != ""
            StrCpy $0 '$0 "tsp.terminal=$Terminal"'
        ${EndIf}
        nsExec::ExecToStack /TIMEOUT=60000 $0
        Pop $0
        Pop $1
        ${If} $0 != 0
            ${Log} "the first settings could not be written: $0 $1"
            Call TakeBack
            ${If} $0 = 2 ; of the command line: what was given is wrong
                ${Fail} ${BAD_OPTION} $1
            ${EndIf}
            ${Fail} ${CANNOT_WRITE} $(CANNOT_WRITE_TEXT)
        ${EndIf}
    ${EndIf}
FunctionEnd

Function Register
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "Offhook"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\app\offhook-messenger.exe"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "Publisher" "Offhook"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
    WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
    StrCpy $0 "P"
    !insertmacro NoteIf "T" ${TSP}
    !insertmacro NoteIf "A" ${AUTOSTART}
    !insertmacro NoteIf "L" ${LINKS}
    !insertmacro NoteIf "S" ${LINE_SETTINGS}
    WriteRegStr HKLM "${SETTINGS_KEY}" "Components" $0
FunctionEnd

; The provider's DLL is put into System32 by our own program, which also knows how to replace one that is in use.
Function SetUpTsp
    StrCpy $TspCode 0
    ${If} ${SectionIsSelected} ${TSP}
        StrCpy $0 'tsp install'
        ${If} $Terminal != ""
            StrCpy $0 '$0 --terminal "$Terminal"'
        ${EndIf}
    ${ElseIf} $HadTsp = 1
        StrCpy $0 'tsp uninstall'
    ${Else}
        Return
    ${EndIf}
    nsExec::ExecToStack /TIMEOUT=120000 '"$INSTDIR\app\offhook.exe" $0'
    Pop $TspCode
    Pop $1
    ${Log} "$0: $TspCode $1"
    ${If} $TspCode != 0
        DetailPrint $1
        ${Warn} ${TSP_FAILED} "$(TSP_FAILED_TEXT)$\r$\n$\r$\n$1"
    ${EndIf}
FunctionEnd

; As the person, not as the administrator: the shell starts it.
Function StartAsUser
    Exec '"$WINDIR\explorer.exe" "$SMPROGRAMS\Offhook\Offhook.lnk"'
FunctionEnd

; Only the person can make a program the one for links. Windows 11 goes to Offhook, Windows 10 shows all programs.
Function ChooseLinks
    Exec '"$WINDIR\explorer.exe" "ms-settings:defaultapps?registeredAppMachine=Offhook"'
FunctionEnd

Function OnlyWithLinks
    ${IfNot} ${SectionIsSelected} ${LINKS}
    ${OrIfNot} ${AtLeastWin10}
        ShowWindow $mui.FinishPage.ShowReadme ${SW_HIDE}
    ${EndIf}
FunctionEnd

; ------------------------------------------------------------------------------------------------- the first settings

Function FirstSettings
    ${If} $ConfigFile != ""
    ${OrIf} ${FileExists} "$INSTDIR\offhook.toml"
        Abort ; there are some
    ${EndIf}
    !insertmacro MUI_HEADER_TEXT $(SETTINGS_TITLE) $(SETTINGS_SUBTITLE)
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 24u $(SETTINGS_SERVER)
    Pop $0
    ${NSD_CreateText} 0 26u 70% 13u $Server
    Pop $ServerField
    ${NSD_CreateLabel} 0 52u 100% 12u $(SETTINGS_TERMINAL)
    Pop $0
    ${NSD_CreateText} 0 66u 30% 13u $Terminal
    Pop $TerminalField
    ${NSD_CreateLabel} 0 96u 100% 24u $(SETTINGS_LATER)
    Pop $0
    ${NSD_SetFocus} $ServerField
    nsDialogs::Show
FunctionEnd

Function FirstSettingsLeave
    ${NSD_GetText} $ServerField $Server
    ${NSD_GetText} $TerminalField $Terminal
    !insertmacro CheckField $Server
    !insertmacro CheckField $Terminal
    ${If} $Terminal != ""
    ${AndIf} $Server == ""
    ${AndIfNot} ${SectionIsSelected} ${TSP}
        MessageBox MB_OK|MB_ICONEXCLAMATION "$(SERVER_TOO)"
        Abort
    ${EndIf}
FunctionEnd

; -------------------------------------------------------------------------------------------------------- uninstalling

Var un.Purge
Var un.PurgeBox
Var un.Service ; is the Call Manager one?

Function un.onInit
    SetRegView 64
    SetShellVarContext all
    Call un.OpenLog
    ${un.Log} "uninstalling begins: $CMDLINE"
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 != "Admin"
        ${un.Fail} ${NEEDS_ADMINISTRATOR} $(NEEDS_ADMINISTRATOR_TEXT)
    ${EndIf}
    System::Call 'kernel32::CreateMutexW(p 0, i 1, w "Global\OffhookSetup") p .r1 ?e'
    Pop $0
    ${If} $0 = 183
    ${OrIf} $0 = 5
        ${un.Fail} ${RUNS_ALREADY} $(RUNS_ALREADY_TEXT)
    ${EndIf}
    !insertmacro un.ReadOption "/PURGE=" $un.Purge $0
FunctionEnd

Function un.Purge
    !insertmacro MUI_HEADER_TEXT $(PURGE_TITLE) ""
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 24u $(PURGE_TEXT)
    Pop $0
    ${NSD_CreateCheckbox} 0 32u 100% 12u $(PURGE_BOX)
    Pop $un.PurgeBox
    ${If} $un.Purge = 1 ; said on the command line, or ticked before the person went back
        ${NSD_Check} $un.PurgeBox
    ${EndIf}
    ${NSD_SetFocus} $un.PurgeBox
    nsDialogs::Show
FunctionEnd

Function un.PurgeLeave
    ${NSD_GetState} $un.PurgeBox $un.Purge
FunctionEnd

Function un.EndRunning
    nsExec::ExecToStack /TIMEOUT=20000 '"$INSTDIR\app\offhook.exe" messenger --end --everybody'
    Pop $Ended
    Pop $Running
    ${un.Log} "ended running Smart Messengers: $Ended $Running"
    ; A program that is damaged can say nothing of who runs it; one that runs keeps its folder all the same.
    ${If} $Ended != 0
        nsExec::ExecToStack /TIMEOUT=20000 '"$INSTDIR\app\offhook.exe" --version'
        Pop $0
        Pop $1
        ${If} $0 != 0
            StrCpy $Ended 0
            ${un.Log} "the program is damaged: $0 $1"
        ${EndIf}
    ${EndIf}
FunctionEnd

Section "un.Offhook"
    ; A run that was cut off may have left the program under either name.
    ${IfNot} ${FileExists} "$INSTDIR\app\offhook.exe"
    ${AndIf} ${FileExists} "$INSTDIR\app.old\offhook.exe"
        Rename "$INSTDIR\app.old" "$INSTDIR\app"
    ${EndIf}
    ${If} ${FileExists} "$INSTDIR\app\offhook.exe"
        Call un.EndRunning
    ${EndIf}
    ReadRegStr $un.Service HKLM "${SERVICE_KEY}" "ImagePath"
    ${If} $un.Service != ""
        nsExec::ExecToStack /TIMEOUT=60000 '"$INSTDIR\app\offhook.exe" service stop'
        Pop $0
        Pop $1
        ${un.Log} "service stop: $0 $1"
    ${EndIf}
    ; Renamed first: either all of it goes, or the program still works.
    StrCpy $R1 0
    try:
    ClearErrors
    ${If} ${FileExists} "$INSTDIR\app"
        ${If} $Ended = 0
            Rename "$INSTDIR\app" "$INSTDIR\app.old"
        ${Else}
            SetErrors
        ${EndIf}
        ${If} ${Errors}
            IntOp $R1 $R1 + 1
            ${If} $R1 = 20
                Call un.EndRunning ; one that had just been started
            ${EndIf}
            ${If} $R1 < 40
                Sleep 250
                Goto try
            ${EndIf}
            ${un.Fail} ${IN_USE} "$(IN_USE_TEXT)$\r$\n$\r$\n$Running"
        ${EndIf}
    ${EndIf}
    ; It was put in by this setup, or from the Start menu.
    ${If} ${FileExists} "$SYSDIR\offhook.tsp"
    ${OrIf} ${FileExists} "$WINDIR\SysWOW64\offhook.tsp"
        nsExec::ExecToStack /TIMEOUT=120000 '"$INSTDIR\app.old\offhook.exe" tsp uninstall'
        Pop $0
        Pop $1
        ${un.Log} "tsp uninstall: $0 $1"
        ${If} $0 != 0
            Rename "$INSTDIR\app.old" "$INSTDIR\app"
            ${un.Fail} ${TSP_FAILED} "$(TSP_STAYS_TEXT)$\r$\n$\r$\n$1"
        ${EndIf}
    ${EndIf}
    ${If} $un.Service != ""
        nsExec::ExecToStack /TIMEOUT=60000 '"$INSTDIR\app.old\offhook.exe" service remove'
        Pop $0
        Pop $1
        ${un.Log} "service remove: $0 $1"
        ${If} $0 != 0 ; a program that is damaged
            nsExec::ExecToStack /TIMEOUT=60000 '"$SYSDIR\sc.exe" delete Offhook'
            Pop $0
            Pop $1
            ${un.Log} "sc delete: $0 $1"
        ${EndIf}
    ${EndIf}
    ; From here on it is no program any more: a run that is cut off must not take what is left of it for one.
    RMDir /r "$INSTDIR\app.gone"
    Rename "$INSTDIR\app.old" "$INSTDIR\app.gone"
    RMDir /r /REBOOTOK "$INSTDIR\app.gone"
    RMDir /r /REBOOTOK "$INSTDIR\app.old"
    RMDir /r "$INSTDIR\app.new"
    ${If} $un.Purge = 1
        Delete "$INSTDIR\offhook.toml"
        Delete "$INSTDIR\offhook.toml.bak"
        RMDir /r "$APPDATA\Offhook" ; of everybody: the service's
    ${EndIf}
    RMDir /r "$SMPROGRAMS\Offhook"
    DeleteRegValue HKLM "${RUN_KEY}" "Offhook"
    !insertmacro ForgetLinks
    ${If} $un.Purge = 1
        SetShellVarContext current
        RMDir /r "$APPDATA\offhook"
        RMDir /r "$LOCALAPPDATA\offhook"
        DeleteRegKey HKCU "Software\Offhook"
        SetShellVarContext all
    ${EndIf}
    ; Last what lists it among Windows' programs: whoever was cut off before can begin anew from there.
    DeleteRegKey HKLM "${SETTINGS_KEY}"
    DeleteRegKey /ifempty HKLM "Software\Offhook"
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    Delete /REBOOTOK "$INSTDIR\offhook-again.exe"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Call un.CloseLog
SectionEnd
