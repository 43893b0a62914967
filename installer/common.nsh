; Exit codes, registry keys, the log, and the macros of offhook.nsi.

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Offhook"
!define SETTINGS_KEY "Software\Offhook\Setup"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define CAPABILITIES "Software\Offhook\Capabilities"
!define SERVICE_KEY "SYSTEM\CurrentControlSet\Services\Offhook"
!define LINK_CLASS "Offhook.Link"

; 0 done, 1 cancelled, 2 ended by an error of the setup program itself; ours:
!define NEEDS_ADMINISTRATOR 3
!define OLD_WINDOWS 4
!define IS_NEWER 5
!define IN_USE 6
!define RUNS_ALREADY 7
!define NO_SPACE 8
!define CANNOT_WRITE 9
!define BAD_OPTION 10
!define TSP_FAILED 11 ; everything else is installed
!define IS_FROM_MSI 12
!define SERVICE_FAILED 13 ; everything else is installed

Var LogHandle

; An option of the command line, as Windows splits it: "/NAME=a value" and /NAME="a value" are the same. (GetOptions
; of NSIS reads neither when the whole argument is in quotation marks.) Pushes the value, then 1; or "", 0.
!macro OptionFunction PREFIX
    Function ${PREFIX}ReadOption
        Exch $R0 ; the name with its /  and =
        Push $R1
        Push $R2
        Push $R3
        Push $R4
        Push $R5
        Push $R6
        StrLen $R1 $R0
        StrCpy $R5 ""
        StrCpy $R6 0
        System::Call 'kernel32::GetCommandLineW() w .R2'
        System::Call 'shell32::CommandLineToArgvW(w R2, *i .R3) p .R4'
        ${If} $R4 P<> 0
            StrCpy $R2 $R4
            ${While} $R3 > 0
                System::Call '*$R2(w .s)'
                Exch $R7
                StrCpy $R8 $R7 $R1
                ${If} $R8 == $R0 ; whatever the case of its letters
                    StrCpy $R5 $R7 "" $R1
                    StrCpy $R6 1
                ${EndIf}
                Pop $R7
                IntPtrOp $R2 $R2 + ${NSIS_PTR_SIZE}
                IntOp $R3 $R3 - 1
            ${EndWhile}
            System::Call 'kernel32::LocalFree(p R4)'
        ${EndIf}
        StrCpy $R0 $R5
        StrCpy $R1 $R6
        Pop $R6
        Pop $R5
        Pop $R4
        Pop $R3
        Pop $R2
        Exch $R1 ; whether it is there
        Exch
        Exch $R0 ; its value
    FunctionEnd
!macroend
!insertmacro OptionFunction ""
!insertmacro OptionFunction "un."

!macro ReadOption NAME VALUE GIVEN
    Push "${NAME}"
    Call ReadOption
    Pop ${VALUE}
    Pop ${GIVEN}
!macroend

!macro un.ReadOption NAME VALUE GIVEN
    Push "${NAME}"
    Call un.ReadOption
    Pop ${VALUE}
    Pop ${GIVEN}
!macroend

; In the folder of temporary files of who installs: a service account's is its own.
!macro LogFunctions PREFIX
    Function ${PREFIX}OpenLog
        Push $0
        Push $1
        !insertmacro ${PREFIX}ReadOption "/LOG=" $1 $0
        ${If} $1 == ""
            StrCpy $1 "$TEMP\OffhookSetup.log"
        ${EndIf}
        ClearErrors
        FileOpen $LogHandle "$1" a
        ${If} ${Errors}
            StrCpy $LogHandle ""
        ${Else}
            FileSeek $LogHandle 0 END
        ${EndIf}
        ClearErrors
        Pop $1
        Pop $0
    FunctionEnd

    Function ${PREFIX}WriteLog
        Exch $R9
        ${If} $LogHandle != ""
            Push $0
            Push $1
            Push $2
            Push $3
            Push $4
            Push $5
            Push $6
            ${GetTime} "" "L" $0 $1 $2 $3 $4 $5 $6
            FileWriteUTF16LE $LogHandle "$2-$1-$0 $4:$5:$6 $R9$\r$\n"
            Pop $6
            Pop $5
            Pop $4
            Pop $3
            Pop $2
            Pop $1
            Pop $0
        ${EndIf}
        Pop $R9
    FunctionEnd

    Function ${PREFIX}CloseLog
        ${If} $LogHandle != ""
            FileClose $LogHandle
            StrCpy $LogHandle ""
        ${EndIf}
    FunctionEnd
!macroend
!insertmacro LogFunctions ""
!insertmacro LogFunctions "un."

!macro WriteLog TEXT
    Push "${TEXT}"
    Call WriteLog
!macroend
!define Log "!insertmacro WriteLog"

!macro un.WriteLog TEXT
    Push "${TEXT}"
    Call un.WriteLog
!macroend
!define un.Log "!insertmacro un.WriteLog"

; End with this exit code, after saying why.
!macro Fail CODE TEXT
    ${Log} "ended (${CODE}): ${TEXT}"
    MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
    SetErrorLevel ${CODE}
    Quit
!macroend
!define Fail "!insertmacro Fail"

!macro un.Fail CODE TEXT
    ${un.Log} "ended (${CODE}): ${TEXT}"
    MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
    SetErrorLevel ${CODE}
    Quit
!macroend
!define un.Fail "!insertmacro un.Fail"

; Go on, and end with this exit code.
!macro Warn CODE TEXT
    MessageBox MB_OK|MB_ICONEXCLAMATION "${TEXT}" /SD IDOK
    SetErrorLevel ${CODE}
!macroend
!define Warn "!insertmacro Warn"

; /NAME=1 or /NAME=0 of the command line chooses the section or not.
!macro SwitchOption NAME SECTION
    !insertmacro ReadOption "${NAME}" $0 $1
    ${If} $1 = 1
        ${If} $0 == "1"
            !insertmacro SelectSection ${SECTION}
        ${ElseIf} $0 == "0"
            !insertmacro UnselectSection ${SECTION}
        ${Else}
            ${Fail} ${BAD_OPTION} "${NAME}$0: $(ZERO_OR_ONE)"
        ${EndIf}
    ${EndIf}
!macroend

; Is the letter among the components that were noted?
!macro ChooseIf NOTED LETTER SECTION
    ${WordFind} "${NOTED}" "${LETTER}" "E+1{" $1
    ${If} ${Errors}
        !insertmacro UnselectSection ${SECTION}
        ClearErrors
    ${Else}
        !insertmacro SelectSection ${SECTION}
    ${EndIf}
!macroend

; Unlike Rename, in one step over what is there: at no moment is there none.
!macro Replace FROM TO
    System::Call 'kernel32::MoveFileExW(w "${FROM}", w "${TO}", i 1)' ; MOVEFILE_REPLACE_EXISTING
!macroend

!macro NoteIf LETTER SECTION
    ${If} ${SectionIsSelected} ${SECTION}
        StrCpy $0 "$0${LETTER}"
    ${EndIf}
!macroend

; A quotation mark would end the argument that the value becomes.
!macro CheckValue VALUE OPTION
    ${WordFind} "${VALUE}" '"' "E+1{" $0
    ${IfNot} ${Errors}
        ${Fail} ${BAD_OPTION} "${OPTION}${VALUE}: $(NO_QUOTES)"
    ${EndIf}
    ClearErrors
!macroend

!macro CheckField VALUE
    ${WordFind} "${VALUE}" '"' "E+1{" $0
    ${IfNot} ${Errors}
        MessageBox MB_OK|MB_ICONEXCLAMATION "$(NO_QUOTES)"
        Abort
    ${EndIf}
    ClearErrors
!macroend

; As Windows 8 and later want it: a program offers itself, and the person chooses it ("Default Programs").
!macro RegisterLinks
    WriteRegStr HKLM "Software\Classes\${LINK_CLASS}" "" "Offhook call"
    WriteRegStr HKLM "Software\Classes\${LINK_CLASS}" "URL Protocol" ""
    WriteRegStr HKLM "Software\Classes\${LINK_CLASS}\DefaultIcon" "" "$INSTDIR\app\offhook-messenger.exe,0"
    WriteRegStr HKLM "Software\Classes\${LINK_CLASS}\shell\open\command" "" '"$INSTDIR\app\offhook-messenger.exe" open "%1"'
    WriteRegStr HKLM "${CAPABILITIES}" "ApplicationName" "Offhook"
    WriteRegStr HKLM "${CAPABILITIES}" "ApplicationIcon" "$INSTDIR\app\offhook-messenger.exe,0"
    WriteRegStr HKLM "${CAPABILITIES}" "ApplicationDescription" "Calls people from your desk phone"
    WriteRegStr HKLM "${CAPABILITIES}\URLAssociations" "tel" "${LINK_CLASS}"
    WriteRegStr HKLM "${CAPABILITIES}\URLAssociations" "callto" "${LINK_CLASS}"
    WriteRegStr HKLM "${CAPABILITIES}\URLAssociations" "sip" "${LINK_CLASS}"
    WriteRegStr HKLM "Software\RegisteredApplications" "Offhook" "${CAPABILITIES}"
!macroend

!macro ForgetLinks
    DeleteRegValue HKLM "Software\RegisteredApplications" "Offhook"
    DeleteRegKey HKLM "${CAPABILITIES}"
    DeleteRegKey HKLM "Software\Classes\${LINK_CLASS}"
!macroend
