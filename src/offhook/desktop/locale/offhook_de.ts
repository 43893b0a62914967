<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>About</name>
    <message>
        <source>About Offhook</source>
        <translation>Über Offhook</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Look for &amp;faults</source>
        <translation>&amp;Fehler suchen</translation>
    </message>
    <message>
        <source>Click-to-dial on open standards. For help, copy this:</source>
        <translation>Wählen per Klick auf offenen Standards. Wenn Sie Hilfe brauchen, kopieren Sie dies:</translation>
    </message>
    <message>
        <source>Looking for faults …</source>
        <translation>Fehler werden gesucht …</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>It could not be done. Run “{command}” in a command window.</source>
        <translation>Das ging nicht. Führen Sie „{command}“ in einem Befehlsfenster aus.</translation>
    </message>
</context>
<context>
    <name>AccountPage</name>
    <message>
        <source>Log in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>The user and password that your administrator gave you.</source>
        <translation>Benutzer und Kennwort, die Sie von Ihrem Administrator haben.</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Kennwort</translation>
    </message>
</context>
<context>
    <name>AddDeskPhone</name>
    <message>
        <source>It stands on the phone&apos;s back, and on its box.</source>
        <translation>Sie steht auf der Rückseite des Telefons und auf seinem Karton.</translation>
    </message>
    <message>
        <source>Let it in at once, for &amp;ten minutes</source>
        <translation>Gleich für zehn Minuten &amp;einlassen</translation>
    </message>
    <message>
        <source>A&amp;dd</source>
        <translation>Hinzu&amp;fügen</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>&amp;MAC address</source>
        <translation>&amp;MAC-Adresse</translation>
    </message>
    <message>
        <source>M&amp;odel</source>
        <translation>M&amp;odell</translation>
    </message>
    <message>
        <source>&amp;Whose it is</source>
        <translation>&amp;Wessen Telefon</translation>
    </message>
</context>
<context>
    <name>AddPhone</name>
    <message>
        <source>A&amp;dd</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>E&amp;xtension</source>
        <translation>N&amp;ebenstelle</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>Na&amp;me</translation>
    </message>
    <message>
        <source>There is a phone with this extension already. Take another one.</source>
        <translation>Ein Telefon mit dieser Nebenstelle gibt es schon. Nehmen Sie eine andere.</translation>
    </message>
    <message>
        <source>This is no extension. Take digits, like 4000, or letters and digits.</source>
        <translation>Das ist keine Nebenstelle. Nehmen Sie Ziffern wie 4000, oder Buchstaben und Ziffern.</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>Saved, and in effect.</source>
        <translation>Gespeichert und in Kraft.</translation>
    </message>
    <message>
        <source>Saved. Start the Call Manager anew (offhook up), so that it knows the phone.</source>
        <translation>Gespeichert. Starten Sie den Call Manager neu (offhook up), damit er das Telefon kennt.</translation>
    </message>
    <message>
        <source>The Call Manager refused the login. Check user and password.</source>
        <translation>Der Call Manager hat die Anmeldung abgelehnt. Prüfen Sie Benutzer und Kennwort.</translation>
    </message>
    <message>
        <source>Saved. It takes effect once you have saved or undone the changes on: {pages}</source>
        <translation>Gespeichert. Es gilt, sobald Sie die Änderungen hier gespeichert oder verworfen haben: {pages}</translation>
    </message>
    <message>
        <source>The settings take effect when Offhook restarts, after the calls.</source>
        <translation>Die Einstellungen gelten, sobald Offhook neu startet, nach den Gesprächen.</translation>
    </message>
    <message>
        <source>Saved. It takes effect after the calls.</source>
        <translation>Gespeichert. Es gilt nach den Gesprächen.</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Show &amp;incoming calls as well</source>
        <translation>Auch an&amp;kommende Anrufe zeigen</translation>
    </message>
    <message>
        <source>&amp;Start when I log in to the computer</source>
        <translation>&amp;Starten, wenn ich mich am Computer anmelde</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>&amp;Aussehen</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
    </message>
</context>
<context>
    <name>AskingPage</name>
    <message>
        <source>One moment …</source>
        <translation>Einen Moment …</translation>
    </message>
</context>
<context>
    <name>BrokenConfiguration</name>
    <message>
        <source>Offhook cannot start</source>
        <translation>Offhook kann nicht starten</translation>
    </message>
    <message>
        <source>Something in the settings has to be corrected first:</source>
        <translation>In den Einstellungen muss zuerst etwas berichtigt werden:</translation>
    </message>
    <message>
        <source>Open &amp;settings</source>
        <translation>&amp;Einstellungen öffnen</translation>
    </message>
    <message>
        <source>Open &amp;file</source>
        <translation>&amp;Datei öffnen</translation>
    </message>
    <message>
        <source>Try &amp;again</source>
        <translation>&amp;Noch einmal</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message>
        <source>Answered by {name}</source>
        <translation>Angenommen von {name}</translation>
    </message>
    <message>
        <source>Call again when it is switched on and connected.</source>
        <translation>Rufen Sie wieder an, wenn es eingeschaltet und verbunden ist.</translation>
    </message>
    <message>
        <source>{name} waits on hold</source>
        <translation>{name} wartet gehalten</translation>
    </message>
    <message>
        <source>Hanging up …</source>
        <translation>Es wird aufgelegt …</translation>
    </message>
</context>
<context>
    <name>CallList</name>
    <message>
        <source>Calls</source>
        <translation>Anrufe</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} kopieren</translation>
    </message>
    <message>
        <source>All calls with {name}</source>
        <translation>Alle Anrufe mit {name}</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
</context>
<context>
    <name>CallPopup</name>
    <message>
        <source>Hide</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>Hide this; the call goes on</source>
        <translation>Dies ausblenden; das Gespräch geht weiter</translation>
    </message>
</context>
<context>
    <name>CallProgress</name>
    <message>
        <source>Call progress: {state}</source>
        <translation>Stand des Anrufs: {state}</translation>
    </message>
</context>
<context>
    <name>CallRows</name>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>also {times}</source>
        <translation>auch um {times}</translation>
    </message>
</context>
<context>
    <name>CallStrip</name>
    <message>
        <source>Calls that are up</source>
        <translation>Laufende Anrufe</translation>
    </message>
</context>
<context>
    <name>CardButtons</name>
    <message>
        <source>Call &amp;back</source>
        <translation>Zu&amp;rückrufen</translation>
    </message>
    <message>
        <source>&amp;Redial</source>
        <translation>&amp;Noch einmal</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
</context>
<context>
    <name>ConfigurationFile</name>
    <message>
        <source>All these settings are stored in {file}. It may have more than is shown here: see docs/configuration.md. As it was before the last change it lies beside it, as {backup}.</source>
        <translation>Alle diese Einstellungen stehen in {file}. Dort kann mehr stehen, als hier gezeigt wird: siehe docs/configuration.md. Wie sie vor der letzten Änderung war, liegt sie daneben, als {backup}.</translation>
    </message>
    <message>
        <source>Open the &amp;folder</source>
        <translation>Den &amp;Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>ContactList</name>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} kopieren</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
</context>
<context>
    <name>Contacts</name>
    <message>
        <source>Person</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type less of it.</source>
        <translation>Niemand gefunden. Prüfen Sie die Schreibweise, oder tippen Sie weniger.</translation>
    </message>
    <message>
        <source>Nobody here has this number. Return: {call}</source>
        <translation>Hier hat niemand diese Nummer. Eingabetaste: {call}</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>Niemand hier heißt {text}. Ist es jemand von diesen?</translation>
    </message>
    <message>
        <source>The first {number} are shown. Type further.</source>
        <translation>Die ersten {number} werden gezeigt. Tippen Sie weiter.</translation>
    </message>
    <message>
        <source>No directory is set up. Add one in Settings, Directory.</source>
        <translation>Es ist kein Verzeichnis eingerichtet. Fügen Sie eines hinzu: Einstellungen, Verzeichnis.</translation>
    </message>
    <message>
        <source>{name} cannot be read now: {reason}</source>
        <translation>{name} kann gerade nicht gelesen werden: {reason}</translation>
    </message>
    <message>
        <source>The directory has not been read yet, or nobody is in it.</source>
        <translation>Das Verzeichnis wurde noch nicht gelesen, oder es ist niemand darin.</translation>
    </message>
    <message>
        <source>Below are your favourites, the last calls, and the phones here.</source>
        <translation>Unten stehen Ihre Favoriten, die letzten Anrufe und die Telefone hier.</translation>
    </message>
</context>
<context>
    <name>CountryEdit</name>
    <message>
        <source>All countries</source>
        <translation>Alle Länder</translation>
    </message>
</context>
<context>
    <name>DeskPhonesPage</name>
    <message>
        <source>Desk phones</source>
        <translation>Tischtelefone</translation>
    </message>
    <message>
        <source>Show the add&amp;ress</source>
        <translation>Adresse an&amp;zeigen</translation>
    </message>
    <message>
        <source>Re&amp;start</source>
        <translation>Neu &amp;starten</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>Entferne&amp;n</translation>
    </message>
    <message>
        <source>Add a desk &amp;phone</source>
        <translation>Tischtelefon hinzu&amp;fügen</translation>
    </message>
    <message>
        <source>Who first asks there becomes this phone. Show it to nobody else.</source>
        <translation>Wer dort zuerst fragt, wird dieses Telefon. Zeigen Sie sie niemandem sonst.</translation>
    </message>
    <message>
        <source>QR code of the address, for Linphone</source>
        <translation>QR-Code der Adresse, für Linphone</translation>
    </message>
    <message>
        <source>Secret address</source>
        <translation>Geheime Adresse</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>The desk phones are shown as soon as the Call Manager can be reached.</source>
        <translation>Die Tischtelefone erscheinen, sobald der Call Manager erreichbar ist.</translation>
    </message>
    <message>
        <source>Desk phones that set themselves up are shown to administrators only.</source>
        <translation>Tischtelefone, die sich selbst einrichten, sehen nur Administratoren.</translation>
    </message>
    <message>
        <source>No desk phone sets itself up here. How they would: [provisioning] of the Call Manager&apos;s configuration.</source>
        <translation>Hier richtet sich kein Tischtelefon selbst ein. Dazu dient [provisioning] in der Konfiguration des Call Managers.</translation>
    </message>
    <message>
        <source>The desk phones cannot be read just now.</source>
        <translation>Die Tischtelefone sind gerade nicht zu lesen.</translation>
    </message>
    <message>
        <source>A desk phone sets itself up once it was added here and is plugged in.</source>
        <translation>Ein Tischtelefon richtet sich selbst ein, sobald es hier hinzugefügt und angeschlossen ist.</translation>
    </message>
    <message>
        <source>The first {shown} of {count} phones that set themselves up:</source>
        <translation>Die ersten {shown} von {count} Telefonen, die sich selbst einrichten:</translation>
    </message>
    <message>
        <source>These phones set themselves up:</source>
        <translation>Diese Telefone richten sich selbst ein:</translation>
    </message>
    <message>
        <source>&amp;Let in no more</source>
        <translation>Nicht mehr ein&amp;lassen</translation>
    </message>
    <message>
        <source>&amp;Let in</source>
        <translation>Ein&amp;lassen</translation>
    </message>
    <message>
        <source>{host} asked for its settings as well, {when}, and got nothing.</source>
        <translation>Auch {host} hat {when} nach seinen Einstellungen gefragt und nichts bekommen.</translation>
    </message>
    <message>
        <source>It has not fetched its settings yet.</source>
        <translation>Es hat seine Einstellungen noch nicht geholt.</translation>
    </message>
    <message>
        <source>It has fetched its settings {when}, from {host}.</source>
        <translation>Es hat seine Einstellungen {when} von {host} aus geholt.</translation>
    </message>
    <message>
        <source>It has registered by them {when}.</source>
        <translation>Es hat sich damit {when} angemeldet.</translation>
    </message>
    <message>
        <source>It is let in by its secret address until {when}.</source>
        <translation>Über seine geheime Adresse wird es bis {when} eingelassen.</translation>
    </message>
    <message>
        <source>It is let in until {when}: plug it in, or restart it.</source>
        <translation>Es wird bis {when} eingelassen: Schließen Sie es an, oder starten Sie es neu.</translation>
    </message>
    <message>
        <source>Plug it in now, or restart it: who first asks for its settings gets them.</source>
        <translation>Schließen Sie es jetzt an, oder starten Sie es neu: Wer zuerst nach den Einstellungen fragt, bekommt sie.</translation>
    </message>
    <message>
        <source>Telling the phone …</source>
        <translation>Das Telefon wird benachrichtigt …</translation>
    </message>
    <message>
        <source>The phone starts anew.</source>
        <translation>Das Telefon startet neu.</translation>
    </message>
    <message>
        <source>Remove {phone}? Its password is good for nothing any more: it cannot register.</source>
        <translation>{phone} entfernen? Sein Kennwort gilt dann nicht mehr: Es kann sich nicht anmelden.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>Entfernt.</translation>
    </message>
    <message>
        <source>Added. Plug it in now.</source>
        <translation>Hinzugefügt. Schließen Sie es jetzt an.</translation>
    </message>
    <message>
        <source>Added. Let it in when it is plugged in.</source>
        <translation>Hinzugefügt. Lassen Sie es ein, wenn es angeschlossen ist.</translation>
    </message>
</context>
<context>
    <name>DialBox</name>
    <message>
        <source>Name or number</source>
        <translation>Name oder Nummer</translation>
    </message>
    <message>
        <source>Name or number to call</source>
        <translation>Name oder Nummer zum Anrufen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Empty the line</source>
        <translation>Die Zeile leeren</translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation>An&amp;rufen</translation>
    </message>
    <message>
        <source>There are more. Type further to find them.</source>
        <translation>Es gibt mehr. Tippen Sie weiter, um sie zu finden.</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type a number.</source>
        <translation>Niemand gefunden. Prüfen Sie die Schreibweise, oder tippen Sie eine Nummer.</translation>
    </message>
    <message>
        <source>Your calls will stand here. Type a name or a number above.</source>
        <translation>Hier werden Ihre Anrufe stehen. Tippen Sie oben einen Namen oder eine Nummer.</translation>
    </message>
    <message>
        <source>Several people match. Choose one with the arrow keys.</source>
        <translation>Mehrere Personen passen. Wählen Sie eine mit den Pfeiltasten.</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>Niemand hier heißt {text}. Ist es jemand von diesen?</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>Es wird angerufen …</translation>
    </message>
    <message>
        <source>Copied: {number}</source>
        <translation>Kopiert: {number}</translation>
    </message>
</context>
<context>
    <name>DialConfirmation</name>
    <message>
        <source>Call this number?</source>
        <translation>Diese Nummer anrufen?</translation>
    </message>
    <message>
        <source>A link asks for this call: {address}</source>
        <translation>Ein Link bittet um diesen Anruf: {address}</translation>
    </message>
    <message>
        <source>&amp;Always dial links without asking</source>
        <translation>Links &amp;immer ohne Nachfrage wählen</translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation>An&amp;rufen</translation>
    </message>
    <message>
        <source>Do &amp;not call</source>
        <translation>&amp;Nicht anrufen</translation>
    </message>
</context>
<context>
    <name>DialRequests</name>
    <message>
        <source>Nothing is selected. Select a number, or copy one, first.</source>
        <translation>Es ist nichts ausgewählt. Wählen Sie zuerst eine Nummer aus, oder kopieren Sie eine.</translation>
    </message>
    <message>
        <source>The clipboard holds no number. Copy one first.</source>
        <translation>In der Zwischenablage ist keine Nummer. Kopieren Sie zuerst eine.</translation>
    </message>
    <message>
        <source>This is not a number that can be called: {text}</source>
        <translation>Das ist keine Nummer, die man anrufen kann: {text}</translation>
    </message>
</context>
<context>
    <name>Favourites</name>
    <message>
        <source>Favourites</source>
        <translation>Favoriten</translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>Weniger zeigen</translation>
    </message>
    <message>
        <source>Show all {number}</source>
        <translation>Alle {number} zeigen</translation>
    </message>
</context>
<context>
    <name>FirstRunWizard</name>
    <message>
        <source>Set up Offhook</source>
        <translation>Offhook einrichten</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>Zu&amp;rück</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation>&amp;Fertig</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ForwardingDialog</name>
    <message>
        <source>Forward calls</source>
        <translation>Anrufe weiterleiten</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>Name oder Nummer</translation>
    </message>
    <message>
        <source>&amp;Always</source>
        <translation>&amp;Immer</translation>
    </message>
    <message>
        <source>While I am in a &amp;call</source>
        <translation>Während ich im &amp;Gespräch bin</translation>
    </message>
    <message>
        <source>If I do &amp;not answer</source>
        <translation>Wenn ich nicht an&amp;nehme</translation>
    </message>
    <message>
        <source>after </source>
        <translation>nach </translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source>Seconds of ringing before it</source>
        <translation>Sekunden, die es vorher klingelt</translation>
    </message>
    <message>
        <source>Whom do you mean? Type a number, or choose a person.</source>
        <translation>Wen meinen Sie? Tippen Sie eine Nummer, oder wählen Sie eine Person.</translation>
    </message>
</context>
<context>
    <name>FoundList</name>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>Anrufen</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>Die Nummer kopieren</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>Name, number or result of a call</source>
        <translation>Name, Nummer oder Ergebnis eines Anrufs</translation>
    </message>
    <message>
        <source>&amp;Export …</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>No call fits {text}. Return: {call}</source>
        <translation>Kein Anruf passt zu {text}. Eingabetaste: {call}</translation>
    </message>
    <message>
        <source>No call fits {text}. Type less of it, or choose All.</source>
        <translation>Kein Anruf passt zu {text}. Tippen Sie weniger, oder wählen Sie „Alle“.</translation>
    </message>
    <message>
        <source>The calls are shown as soon as the Call Manager can be reached.</source>
        <translation>Die Anrufe werden gezeigt, sobald der Call Manager erreichbar ist.</translation>
    </message>
    <message>
        <source>No calls yet. Type a name or a number above to make the first one.</source>
        <translation>Noch keine Anrufe. Tippen Sie oben einen Namen oder eine Nummer für den ersten.</translation>
    </message>
    <message>
        <source>You have missed no call.</source>
        <translation>Sie haben keinen Anruf verpasst.</translation>
    </message>
    <message>
        <source>Nobody has called you yet.</source>
        <translation>Noch hat Sie niemand angerufen.</translation>
    </message>
    <message>
        <source>You have called nobody yet. Type a name or a number above.</source>
        <translation>Sie haben noch niemanden angerufen. Tippen Sie oben einen Namen oder eine Nummer.</translation>
    </message>
    <message>
        <source>{number} is copied.</source>
        <translation>{number} ist kopiert.</translation>
    </message>
    <message>
        <source>Export the calls shown</source>
        <translation>Die gezeigten Anrufe exportieren</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}. Choose another folder.</source>
        <translation>{file} kann nicht geschrieben werden: {reason}. Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message numerus="yes">
        <source>%n call(s) written to {file}</source>
        <translation>
            <numerusform>%n Anruf in {file} geschrieben</numerusform>
            <numerusform>%n Anrufe in {file} geschrieben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>Ausgehend</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Answered elsewhere</source>
        <translation>Anderswo angenommen</translation>
    </message>
    <message>
        <source>Forwarded</source>
        <translation>Weitergeleitet</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>Ankommend</translation>
    </message>
</context>
<context>
    <name>Hotkeys</name>
    <message>
        <source>Call the number that was copied</source>
        <translation>Die Nummer anrufen, die kopiert wurde</translation>
    </message>
    <message>
        <source>Answer the call that rings</source>
        <translation>Den Anruf annehmen, der klingelt</translation>
    </message>
    <message>
        <source>Decline the call that rings</source>
        <translation>Den Anruf ablehnen, der klingelt</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Keypad</source>
        <translation>Tastenfeld</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>Stern</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>Raute</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>Which calls</source>
        <translation>Welche Anrufe</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>Erhalten</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>Gewählt</translation>
    </message>
</context>
<context>
    <name>LinksPage</name>
    <message>
        <source>Links and keys</source>
        <translation>Links und Tasten</translation>
    </message>
    <message>
        <source>&amp;Open telephone links with Offhook</source>
        <translation>Telefonlinks mit &amp;Offhook öffnen</translation>
    </message>
    <message>
        <source>Let &amp;links dial without asking</source>
        <translation>&amp;Links ohne Nachfrage wählen lassen</translation>
    </message>
    <message>
        <source>A click on a number in a page or a mail (tel:, callto:, sip:) is a link.</source>
        <translation>Ein Klick auf eine Nummer in einer Seite oder Mail (tel:, callto:, sip:) ist ein Link.</translation>
    </message>
    <message>
        <source>In every program: Ctrl+Alt+D calls the number that is selected, after a question. While a call rings, Ctrl+Alt+A answers it, and Ctrl+Alt+X declines it. In this window F1 shows all keys.</source>
        <translation>In jedem Programm: Strg+Alt+D ruft nach einer Nachfrage die ausgewählte Nummer an. Während ein Anruf klingelt, nimmt Strg+Alt+A ihn an, und Strg+Alt+X lehnt ihn ab. In diesem Fenster zeigt F1 alle Tasten.</translation>
    </message>
    <message>
        <source>Telephone links open with Offhook now; the system may ask first.</source>
        <translation>Telefonlinks öffnen sich nun mit Offhook; das System fragt vielleicht erst.</translation>
    </message>
</context>
<context>
    <name>ListedPages</name>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>LoginDialog</name>
    <message>
        <source>Log in to Offhook</source>
        <translation>Bei Offhook anmelden</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Kennwort</translation>
    </message>
    <message>
        <source>&amp;Log in</source>
        <translation>An&amp;melden</translation>
    </message>
    <message>
        <source>Call Manager: {url}</source>
        <translation>Call Manager: {url}</translation>
    </message>
</context>
<context>
    <name>ManagerPage</name>
    <message>
        <source>Which Call Manager?</source>
        <translation>Welcher Call Manager?</translation>
    </message>
    <message>
        <source>Choose one that was found on your network, or type the address you were given.</source>
        <translation>Wählen Sie einen, der in Ihrem Netz gefunden wurde, oder tippen Sie die Adresse, die Sie bekommen haben.</translation>
    </message>
    <message>
        <source>Call Managers on this network</source>
        <translation>Call Manager in diesem Netz</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>Looking for Call Managers on this network …</source>
        <translation>Call Manager werden in diesem Netz gesucht …</translation>
    </message>
    <message>
        <source>None announces itself here. Type its address.</source>
        <translation>Hier meldet sich keiner. Tippen Sie seine Adresse.</translation>
    </message>
    <message>
        <source>No Call Manager answers at {url}: {reason}</source>
        <translation>Unter {url} antwortet kein Call Manager: {reason}</translation>
    </message>
</context>
<context>
    <name>NumberTrial</name>
    <message>
        <source>Try a &amp;number</source>
        <translation>Eine N&amp;ummer probieren</translation>
    </message>
    <message>
        <source>✗ Would not be dialled</source>
        <translation>✗ Würde nicht gewählt</translation>
    </message>
    <message>
        <source>✗ {number} is not allowed by the dial rules</source>
        <translation>✗ {number} ist von den Wählregeln nicht erlaubt</translation>
    </message>
    <message>
        <source>✓ {number} would be dialled</source>
        <translation>✓ {number} würde gewählt</translation>
    </message>
    <message>
        <source>✓ {number} would be dialled, that is {shown}</source>
        <translation>✓ {number} würde gewählt, das ist {shown}</translation>
    </message>
</context>
<context>
    <name>OfficePages</name>
    <message>
        <source>Save or undo the changes of the others first.</source>
        <translation>Speichern oder verwerfen Sie erst die Änderungen der anderen.</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>The accounts of providers</source>
        <translation>Die Konten bei Anbietern</translation>
    </message>
    <message>
        <source>Calls to numbers outside go by these accounts, of several providers in this order.</source>
        <translation>Anrufe nach draußen gehen über diese Konten, bei mehreren Anbietern in dieser Reihenfolge.</translation>
    </message>
    <message>
        <source>&amp;Add a provider</source>
        <translation>Anbieter &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Remove {entry}? Calls do not go out by it any more.</source>
        <translation>{entry} entfernen? Darüber gehen dann keine Anrufe mehr nach draußen.</translation>
    </message>
    <message>
        <source>New: give it a name</source>
        <translation>Neu: Geben Sie einen Namen ein</translation>
    </message>
    <message>
        <source>With + and the country</source>
        <translation>Mit + und dem Land</translation>
    </message>
    <message>
        <source>With the country, without +</source>
        <translation>Mit dem Land, ohne +</translation>
    </message>
    <message>
        <source>As they are dialled in the country</source>
        <translation>Wie sie im Land gewählt werden</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>Na&amp;me</translation>
    </message>
    <message>
        <source>What it is called here</source>
        <translation>Wie er hier heißt</translation>
    </message>
    <message>
        <source>Serv&amp;er</source>
        <translation>Ser&amp;ver</translation>
    </message>
    <message>
        <source>Several: the best first</source>
        <translation>Mehrere: der beste zuerst</translation>
    </message>
    <message>
        <source>Connected &amp;by</source>
        <translation>Verbunden &amp;durch</translation>
    </message>
    <message>
        <source>Not where the provider knows this office by its address</source>
        <translation>Nicht, wo der Anbieter dieses Büro an seiner Adresse erkennt</translation>
    </message>
    <message>
        <source>It re&amp;gisters there</source>
        <translation>Meldet sich dort &amp;an</translation>
    </message>
    <message>
        <source>The user at the provider</source>
        <translation>Der Benutzer beim Anbieter</translation>
    </message>
    <message>
        <source>Acc&amp;ount</source>
        <translation>&amp;Konto</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>Kennwor&amp;t</translation>
    </message>
    <message>
        <source>As the provider has told it</source>
        <translation>Wie der Anbieter es genannt hat</translation>
    </message>
    <message>
        <source>or password &amp;file</source>
        <translation>oder Kennwortdate&amp;i</translation>
    </message>
    <message>
        <source>A file that you alone can read, with the password in it</source>
        <translation>Eine Datei mit dem Kennwort, die nur Sie lesen können</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>&amp;Nummern</translation>
    </message>
    <message>
        <source>The numbers of the account, or ranges, each in a line of its own</source>
        <translation>Die Nummern des Kontos oder Bereiche, jede in einer eigenen Zeile</translation>
    </message>
    <message>
        <source>Numbers are sen&amp;t</source>
        <translation>Nummern &amp;gesendet</translation>
    </message>
    <message>
        <source>Calls at a time</source>
        <translation>Anrufe zugleich</translation>
    </message>
    <message>
        <source>That go out, at most</source>
        <translation>Die nach draußen gehen, höchstens</translation>
    </message>
    <message>
        <source>Calls an hour</source>
        <translation>Anrufe je Stunde</translation>
    </message>
    <message>
        <source>Minutes a day</source>
        <translation>Minuten am Tag</translation>
    </message>
    <message>
        <source>Of all calls that go out; then none goes until midnight, but for help</source>
        <translation>Aller Anrufe nach draußen; danach geht bis Mitternacht keiner, außer Notrufen</translation>
    </message>
    <message>
        <source>What a stolen password can cost is bounded by the last three.</source>
        <translation>Was ein gestohlenes Kennwort kosten kann, begrenzen die letzten drei.</translation>
    </message>
    <message>
        <source>The number outside of each phone: it rings there, and is shown to whom the phone calls. Without one the number of its group is shown, or the account&apos;s.</source>
        <translation>Die Nummer jedes Telefons außerhalb: Sie klingelt dort und wird denen gezeigt, die das Telefon anruft. Ohne sie wird die Nummer seiner Gruppe gezeigt oder die des Kontos.</translation>
    </message>
    <message>
        <source>Numbers of phones</source>
        <translation>Nummern der Telefone</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>The groups</source>
        <translation>Die Gruppen</translation>
    </message>
    <message>
        <source>Who is in a group sees its phones and picks up calls there; a number can ring them all.</source>
        <translation>Wer zu einer Gruppe gehört, sieht ihre Telefone und holt dort Anrufe heran; eine Nummer kann alle klingeln lassen.</translation>
    </message>
    <message>
        <source>&amp;Add a group</source>
        <translation>Gruppe &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Remove the group {entry}?</source>
        <translation>Die Gruppe {entry} entfernen?</translation>
    </message>
    <message>
        <source>&amp;Phones</source>
        <translation>&amp;Telefone</translation>
    </message>
    <message>
        <source>Whose phones they are belongs to it</source>
        <translation>Wessen Telefone es sind, gehört dazu</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Who else belongs to it, each in a line of its own</source>
        <translation>Wer noch dazugehört, jeder in einer eigenen Zeile</translation>
    </message>
    <message>
        <source>Number &amp;outside</source>
        <translation>&amp;Nummer außerhalb</translation>
    </message>
    <message>
        <source>Shown in calls outside for a phone that has none of its own</source>
        <translation>Wird bei Anrufen nach außen gezeigt, wenn ein Telefon keine eigene hat</translation>
    </message>
    <message>
        <source>All phones</source>
        <translation>Alle Telefone</translation>
    </message>
    <message>
        <source>Calls from outside</source>
        <translation>Anrufe von draußen</translation>
    </message>
    <message>
        <source>The numbers that ring</source>
        <translation>Die Nummern, die klingeln</translation>
    </message>
    <message>
        <source>Which phones ring for which number. A phone&apos;s own number rings it without more.</source>
        <translation>Welche Telefone bei welcher Nummer klingeln. Die eigene Nummer eines Telefons klingelt ohne Weiteres dort.</translation>
    </message>
    <message>
        <source>&amp;Add numbers</source>
        <translation>Nummern &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Remove what rings for {entry}?</source>
        <translation>Entfernen, was bei {entry} klingelt?</translation>
    </message>
    <message>
        <source>All other numbers</source>
        <translation>Alle anderen Nummern</translation>
    </message>
    <message>
        <source>All at once</source>
        <translation>Alle zugleich</translation>
    </message>
    <message>
        <source>One after the other</source>
        <translation>Eines nach dem anderen</translation>
    </message>
    <message>
        <source>The longest idle first</source>
        <translation>Das am längsten freie zuerst</translation>
    </message>
    <message>
        <source>office hours</source>
        <translation>Bürozeiten</translation>
    </message>
    <message>
        <source>Or ranges, each in a line of its own; none: all others</source>
        <translation>Oder Bereiche, jeder in einer eigenen Zeile; keine: alle anderen</translation>
    </message>
    <message>
        <source>Phones or &amp;groups</source>
        <translation>Telefone oder &amp;Gruppen</translation>
    </message>
    <message>
        <source>That ring, each in a line of its own</source>
        <translation>Die klingeln, jedes in einer eigenen Zeile</translation>
    </message>
    <message>
        <source>&amp;Order</source>
        <translation>Re&amp;ihenfolge</translation>
    </message>
    <message>
        <source>Not on</source>
        <translation>Nicht am</translation>
    </message>
    <message>
        <source>Each day in a line of its own, of every year or with one</source>
        <translation>Jeder Tag in einer eigenen Zeile, jährlich oder mit Jahreszahl</translation>
    </message>
    <message>
        <source>How long each rings, before what follows</source>
        <translation>Wie lange jedes klingelt, bevor das Nächste kommt</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>&amp;When</source>
        <translation>W&amp;ann</translation>
    </message>
    <message>
        <source>Each time in a line of its own; none: always</source>
        <translation>Jede Zeit in einer eigenen Zeile; keine: immer</translation>
    </message>
    <message>
        <source>&amp;Else</source>
        <translation>S&amp;onst</translation>
    </message>
    <message>
        <source>A phone, a number with +, or one of: {words}</source>
        <translation>Ein Telefon, eine Nummer mit +, oder eines von: {words}</translation>
    </message>
</context>
<context>
    <name>OutsidePage</name>
    <message>
        <source>Outside</source>
        <translation>Draußen</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>What rings for which number:</source>
        <translation>Was bei welcher Nummer klingelt:</translation>
    </message>
    <message>
        <source>What rings for which number</source>
        <translation>Was bei welcher Nummer klingelt</translation>
    </message>
    <message>
        <source>Calls to numbers outside go out by these providers, and come in by them:</source>
        <translation>Über diese Anbieter gehen Anrufe nach draußen, und kommen von dort herein:</translation>
    </message>
    <message>
        <source>The providers are shown to administrators only.</source>
        <translation>Die Anbieter sehen nur Administratoren.</translation>
    </message>
    <message>
        <source>The Call Manager is too old to tell of its providers.</source>
        <translation>Der Call Manager ist zu alt, um von seinen Anbietern zu berichten.</translation>
    </message>
    <message>
        <source>The providers are shown as soon as the Call Manager can be reached.</source>
        <translation>Die Anbieter werden gezeigt, sobald der Call Manager erreichbar ist.</translation>
    </message>
    <message>
        <source>There is no provider: only the phones here can be called. How to add one: docs/trunks.md</source>
        <translation>Es gibt keinen Anbieter: Nur die Telefone hier können angerufen werden. Wie man einen hinzufügt: docs/trunks.md</translation>
    </message>
    <message>
        <source>since {when}</source>
        <translation>seit {when}</translation>
    </message>
    <message>
        <source>No way out</source>
        <translation>Kein Weg nach draußen</translation>
    </message>
    <message>
        <source>Limit reached</source>
        <translation>Grenze erreicht</translation>
    </message>
    <message>
        <source>Registered</source>
        <translation>Angemeldet</translation>
    </message>
    <message>
        <source>Knows us by our address</source>
        <translation>Kennt uns an unserer Adresse</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>noch nicht gefragt</translation>
    </message>
    <message>
        <source>never asked whether it is there</source>
        <translation>wird nie gefragt, ob er da ist</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>Calls out now: {now} of {most}; minutes today: {minutes} of {all}</source>
        <translation>Ausgehende Anrufe jetzt: {now} von {most}; Minuten heute: {minutes} von {all}</translation>
    </message>
    <message>
        <source>Groups:</source>
        <translation>Gruppen:</translation>
    </message>
    <message>
        <source>All other numbers</source>
        <translation>Alle anderen Nummern</translation>
    </message>
    <message>
        <source>all at once</source>
        <translation>alle zugleich</translation>
    </message>
    <message>
        <source>one after the other</source>
        <translation>eines nach dem anderen</translation>
    </message>
    <message>
        <source>the longest idle first</source>
        <translation>das am längsten freie zuerst</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>besetzt</translation>
    </message>
    <message>
        <source>nobody is there</source>
        <translation>niemand da</translation>
    </message>
    <message>
        <source>no such number</source>
        <translation>kein Anschluss</translation>
    </message>
    <message>
        <source>else {what}</source>
        <translation>sonst {what}</translation>
    </message>
    <message>
        <source>all phones</source>
        <translation>alle Telefone</translation>
    </message>
</context>
<context>
    <name>OwnPhone</name>
    <message>
        <source>What your phone does with calls</source>
        <translation>Was Ihr Telefon mit Anrufen tut</translation>
    </message>
    <message>
        <source>&amp;Do not disturb</source>
        <translation>&amp;Nicht stören</translation>
    </message>
    <message>
        <source>&amp;Forward calls …</source>
        <translation>Anrufe &amp;weiterleiten …</translation>
    </message>
    <message>
        <source>&amp;Pick up a call …</source>
        <translation>Anruf &amp;heranholen …</translation>
    </message>
    <message>
        <source>&amp;Take a parked call …</source>
        <translation>Geparkten Anruf &amp;übernehmen …</translation>
    </message>
    <message>
        <source>Call from</source>
        <translation>Anrufen mit</translation>
    </message>
    <message>
        <source>No Call Manager. Trying again …</source>
        <translation>Kein Call Manager. Neuer Versuch …</translation>
    </message>
    <message>
        <source>Ready to call</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Your phone ({phone}) is not connected</source>
        <translation>Ihr Telefon ({phone}) ist nicht verbunden</translation>
    </message>
    <message>
        <source>Your phone is ringing</source>
        <translation>Ihr Telefon klingelt</translation>
    </message>
    <message>
        <source>In {number} calls</source>
        <translation>In {number} Gesprächen</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>Im Gespräch</translation>
    </message>
    <message>
        <source>Do not disturb: your phone does not ring</source>
        <translation>Nicht stören: Ihr Telefon klingelt nicht</translation>
    </message>
    <message>
        <source>Calls inside only. No way out: {why}</source>
        <translation>Nur interne Anrufe. Kein Weg nach draußen: {why}</translation>
    </message>
    <message>
        <source>Calls go on to {name}</source>
        <translation>Anrufe gehen weiter an {name}</translation>
    </message>
    <message>
        <source>Calls go on to {name} while you are in a call</source>
        <translation>Anrufe gehen weiter an {name}, während Sie im Gespräch sind</translation>
    </message>
    <message>
        <source>Calls go on to {name} if you do not answer</source>
        <translation>Anrufe gehen weiter an {name}, wenn Sie nicht annehmen</translation>
    </message>
</context>
<context>
    <name>OwnPhonePage</name>
    <message>
        <source>Which phone is yours?</source>
        <translation>Welches Telefon ist Ihres?</translation>
    </message>
    <message>
        <source>It rings when you dial here. You can choose another one at any time.</source>
        <translation>Es klingelt, wenn Sie hier wählen. Sie können jederzeit ein anderes nehmen.</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>Telefone</translation>
    </message>
    <message>
        <source>You have no phone there. Ask your administrator to give you one.</source>
        <translation>Sie haben dort kein Telefon. Bitten Sie Ihren Administrator um eines.</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Call &amp;Manager</source>
        <translation>Call &amp;Manager</translation>
    </message>
    <message>
        <source>Empty: on this computer</source>
        <translation>Leer: auf diesem Computer</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Your name at the Call Manager</source>
        <translation>Ihr Name beim Call Manager</translation>
    </message>
    <message>
        <source>Certificate &amp;authority</source>
        <translation>&amp;Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>A file, when the certificate is the company&apos;s own</source>
        <translation>Eine Datei, wenn das Zertifikat von der Firma selbst ist</translation>
    </message>
    <message>
        <source>&amp;Phone</source>
        <translation>T&amp;elefon</translation>
    </message>
    <message>
        <source>The extension that dials; empty: the first of yours</source>
        <translation>Die Nebenstelle, die wählt; leer: Ihre erste</translation>
    </message>
    <message>
        <source>The Call Manager makes the calls. The password is asked for at the next start.</source>
        <translation>Der Call Manager macht die Anrufe. Nach dem Kennwort wird beim nächsten Start gefragt.</translation>
    </message>
    <message>
        <source>Account and phone</source>
        <translation>Konto und Telefon</translation>
    </message>
    <message>
        <source>&amp;Listen on</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>Address and port for the TAPI service provider</source>
        <translation>Adresse und Port für den TAPI-Dienstanbieter</translation>
    </message>
    <message>
        <source>&amp;Require a token</source>
        <translation>Ein To&amp;ken verlangen</translation>
    </message>
    <message>
        <source>Without it every program on this computer can dial</source>
        <translation>Ohne es kann jedes Programm auf diesem Computer wählen</translation>
    </message>
    <message>
        <source>Token &amp;file</source>
        <translation>Token-&amp;Datei</translation>
    </message>
    <message>
        <source>Made at the first start, readable by you alone</source>
        <translation>Beim ersten Start gemacht, nur für Sie lesbar</translation>
    </message>
    <message>
        <source>Outlook, Phone Dialer and other applications dial through this address.</source>
        <translation>Outlook, Wählhilfe und andere Anwendungen wählen über diese Adresse.</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>Anwendungen</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>Verzeichnis</translation>
    </message>
    <message>
        <source>LDAP server</source>
        <translation>LDAP-Server</translation>
    </message>
    <message>
        <source>vCard file</source>
        <translation>vCard-Datei</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV-Datei</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Art</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keines</translation>
    </message>
    <message>
        <source>Serv&amp;er</source>
        <translation>Ser&amp;ver</translation>
    </message>
    <message>
        <source>For LDAP</source>
        <translation>Für LDAP</translation>
    </message>
    <message>
        <source>Sc&amp;hema</source>
        <translation>Sc&amp;hema</translation>
    </message>
    <message>
        <source>&amp;Base</source>
        <translation>&amp;Basis</translation>
    </message>
    <message>
        <source>Below it people are</source>
        <translation>Darunter stehen die Personen</translation>
    </message>
    <message>
        <source>&amp;Log in as</source>
        <translation>Anmelden a&amp;ls</translation>
    </message>
    <message>
        <source>Empty: anonymously</source>
        <translation>Leer: anonym</translation>
    </message>
    <message>
        <source>Pass&amp;word file</source>
        <translation>&amp;Kennwortdatei</translation>
    </message>
    <message>
        <source>A file that you alone can read, with the password in it</source>
        <translation>Eine Datei, die nur Sie lesen können, mit dem Kennwort darin</translation>
    </message>
    <message>
        <source>Certificate a&amp;uthority</source>
        <translation>&amp;Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>For vCard and CSV</source>
        <translation>Für vCard und CSV</translation>
    </message>
    <message>
        <source>Calls that come in</source>
        <translation>Ankommende Anrufe</translation>
    </message>
    <message>
        <source>Calls that you make</source>
        <translation>Ausgehende Anrufe</translation>
    </message>
    <message>
        <source>All calls</source>
        <translation>Alle Anrufe</translation>
    </message>
    <message>
        <source>It rings</source>
        <translation>Es klingelt</translation>
    </message>
    <message>
        <source>It is answered</source>
        <translation>Abgehoben wird</translation>
    </message>
    <message>
        <source>It is over</source>
        <translation>Es zu Ende ist</translation>
    </message>
    <message>
        <source>It was missed</source>
        <translation>Verpasst wurde</translation>
    </message>
    <message>
        <source>&amp;Web page</source>
        <translation>We&amp;bseite</translation>
    </message>
    <message>
        <source>Where the caller&apos;s number is to stand: {places}</source>
        <translation>Wo die Nummer des Anrufers stehen soll: {places}</translation>
    </message>
    <message>
        <source>or &amp;program</source>
        <translation>oder &amp;Programm</translation>
    </message>
    <message>
        <source>The program, and each of its arguments, in a line of its own</source>
        <translation>Das Programm und jedes seiner Argumente in einer eigenen Zeile</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <translation>&amp;Für</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wenn</translation>
    </message>
    <message>
        <source>In the address or an argument, this stands for the call: {places}</source>
        <translation>In der Adresse oder einem Argument steht dies für den Anruf: {places}</translation>
    </message>
    <message>
        <source>Screen pops</source>
        <translation>Aufrufe bei Anruf</translation>
    </message>
    <message>
        <source>Countr&amp;y</source>
        <translation>&amp;Land</translation>
    </message>
    <message>
        <source>Two letters</source>
        <translation>Zwei Buchstaben</translation>
    </message>
    <message>
        <source>&amp;Area code</source>
        <translation>&amp;Ortsvorwahl</translation>
    </message>
    <message>
        <source>Without its leading zero</source>
        <translation>Ohne die Null davor</translation>
    </message>
    <message>
        <source>&amp;Outside line</source>
        <translation>&amp;Amtsholung</translation>
    </message>
    <message>
        <source>What is dialled before numbers outside the company</source>
        <translation>Was vor Nummern außerhalb der Firma gewählt wird</translation>
    </message>
    <message>
        <source>&amp;Extensions</source>
        <translation>&amp;Nebenstellen</translation>
    </message>
    <message>
        <source>How many digits the company&apos;s own numbers have</source>
        <translation>Wie viele Ziffern die eigenen Nummern der Firma haben</translation>
    </message>
    <message>
        <source>How numbers as people write them become those that your telephone system dials.</source>
        <translation>Wie aus Nummern, wie man sie schreibt, solche werden, die Ihre Telefonanlage wählt.</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Nummern</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>&amp;Protokoll</translation>
    </message>
    <message>
        <source>How much is logged: debug, info, warning, error</source>
        <translation>Wie viel protokolliert wird: debug, info, warning, error</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
</context>
<context>
    <name>PersonCard</name>
    <message>
        <source>All people</source>
        <translation>Alle Personen</translation>
    </message>
    <message>
        <source>Pick &amp;up</source>
        <translation>&amp;Heranholen</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>Last calls</source>
        <translation>Letzte Anrufe</translation>
    </message>
    <message>
        <source>A note for yourself</source>
        <translation>Eine Notiz für Sie selbst</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Write to {mail}</source>
        <translation>An {mail} schreiben</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} kopieren</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>Es wird angerufen …</translation>
    </message>
    <message>
        <source>{number} is copied.</source>
        <translation>{number} ist kopiert.</translation>
    </message>
    <message>
        <source>Take the call that rings at {name}</source>
        <translation>Den Anruf übernehmen, der bei {name} klingelt</translation>
    </message>
    <message>
        <source>No favourite any more</source>
        <translation>Kein Favorit mehr</translation>
    </message>
    <message>
        <source>Make this person a favourite</source>
        <translation>Diese Person zum Favoriten machen</translation>
    </message>
    <message>
        <source>There are too many already. Remove one first.</source>
        <translation>Es sind schon zu viele. Entfernen Sie zuerst jemanden.</translation>
    </message>
    <message>
        <source>This could not be stored: {reason}</source>
        <translation>Das konnte nicht gespeichert werden: {reason}</translation>
    </message>
</context>
<context>
    <name>PhoneModel</name>
    <message>
        <source>its certificate is not trusted; restart Offhook to check it</source>
        <translation>dem Zertifikat wird nicht vertraut; starten Sie Offhook neu, um es zu prüfen</translation>
    </message>
    <message>
        <source>An unknown caller</source>
        <translation>Unbekannter Anrufer</translation>
    </message>
</context>
<context>
    <name>PhoneSetup</name>
    <message>
        <source>Set up your phones</source>
        <translation>Ihre Telefone einrichten</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>Telefone</translation>
    </message>
    <message>
        <source>C&amp;opy these lines</source>
        <translation>Diese Zeilen &amp;kopieren</translation>
    </message>
    <message>
        <source>&amp;Test call</source>
        <translation>&amp;Probeanruf</translation>
    </message>
    <message>
        <source>Server, registrar or domain</source>
        <translation>Server, Registrar oder Domain</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>User name, and authentication name</source>
        <translation>Benutzername und Anmeldename</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Type this into the phone, or into its web page:</source>
        <translation>Tippen Sie dies ins Telefon oder in seine Webseite:</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>Two phones are there. Try a call: {first} rings first, then {second}.</source>
        <translation>Zwei Telefone sind da. Probieren Sie einen Anruf: erst klingelt {first}, dann {second}.</translation>
    </message>
    <message>
        <source>{phone} has registered. A second one, and you can try a call.</source>
        <translation>{phone} ist registriert. Noch eines, und Sie können einen Anruf probieren.</translation>
    </message>
    <message>
        <source>Waiting for the phones to register …</source>
        <translation>Die Telefone müssen sich noch registrieren …</translation>
    </message>
    <message>
        <source>{phone} registered ✓</source>
        <translation>{phone} registriert ✓</translation>
    </message>
    <message>
        <source>{phone} could not register</source>
        <translation>{phone} konnte sich nicht registrieren</translation>
    </message>
    <message>
        <source>{phone} has not registered yet</source>
        <translation>{phone} ist noch nicht registriert</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Transport: UDP or TCP.</source>
        <translation>Transport: UDP oder TCP.</translation>
    </message>
    <message>
        <source>Let the phone answer by itself what Offhook dials for it: auto-answer by Call-Info.</source>
        <translation>Lassen Sie das Telefon von selbst annehmen, was Offhook für es wählt: Auto-Answer nach Call-Info.</translation>
    </message>
    <message>
        <source>Phones on this computer only can register there.</source>
        <translation>Dort können sich nur Telefone auf diesem Computer registrieren.</translation>
    </message>
    <message>
        <source>Its last attempt failed: {problem}</source>
        <translation>Der letzte Versuch scheiterte: {problem}</translation>
    </message>
    <message>
        <source>The call is in the window. Pick up {first}.</source>
        <translation>Der Anruf ist im Fenster. Heben Sie {first} ab.</translation>
    </message>
</context>
<context>
    <name>PhonesPage</name>
    <message>
        <source>Phones</source>
        <translation>Telefone</translation>
    </message>
    <message>
        <source>What is typed into the phone</source>
        <translation>Was ins Telefon getippt wird</translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Type this into the phone, so that it connects:</source>
        <translation>Tippen Sie dies ins Telefon, damit es sich verbindet:</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>see: offhook terminal show {phone}</source>
        <translation>siehe: offhook terminal show {phone}</translation>
    </message>
    <message>
        <source>Add a &amp;phone</source>
        <translation>&amp;Telefon hinzufügen</translation>
    </message>
    <message>
        <source>S&amp;how the password</source>
        <translation>Kenn&amp;wort zeigen</translation>
    </message>
    <message>
        <source>Phones are added at the Call Manager: offhook terminal add 4000 --name Kim</source>
        <translation>Telefone werden beim Call Manager hinzugefügt: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>Phones are set up at the PBX, and named by: offhook terminal add 4000 --name Kim</source>
        <translation>Telefone werden an der Telefonanlage eingerichtet und so benannt: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>You may not change {file}. Who may adds a phone by: offhook terminal add 4000 --name Kim</source>
        <translation>Sie dürfen {file} nicht ändern. Wer es darf, fügt ein Telefon so hinzu: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>There is no phone yet.</source>
        <translation>Es gibt noch kein Telefon.</translation>
    </message>
    <message>
        <source>Only phones on this computer reach it: it listens on {host}.</source>
        <translation>Nur Telefone auf diesem Computer erreichen es: Es hört auf {host}.</translation>
    </message>
    <message>
        <source>Let the phone answer by itself what you dial here (auto-answer by Call-Info or Alert-Info); otherwise it rings, and you lift it.</source>
        <translation>Lassen Sie das Telefon von selbst annehmen, was Sie hier wählen (Auto-Answer nach Call-Info oder Alert-Info); sonst klingelt es, und Sie heben ab.</translation>
    </message>
    <message>
        <source>The Call Manager does not know it yet: start it anew.</source>
        <translation>Der Call Manager kennt es noch nicht: Starten Sie ihn neu.</translation>
    </message>
    <message>
        <source>It has registered, but does not answer since {when}</source>
        <translation>Es ist registriert, antwortet aber seit {when} nicht</translation>
    </message>
    <message>
        <source>The last attempt to connect failed: {why}</source>
        <translation>Der letzte Versuch, sich zu verbinden, scheiterte: {why}</translation>
    </message>
    <message>
        <source>Connected ✓ {state}</source>
        <translation>Verbunden ✓ {state}</translation>
    </message>
</context>
<context>
    <name>Policy</name>
    <message>
        <source>Your administrator has set this.</source>
        <translation>Ihr Administrator hat das festgelegt.</translation>
    </message>
</context>
<context>
    <name>PopTrial</name>
    <message>
        <source>Tr&amp;y it</source>
        <translation>Ausprob&amp;ieren</translation>
    </message>
    <message>
        <source>Caller&apos;s n&amp;umber</source>
        <translation>N&amp;ummer des Anrufers</translation>
    </message>
    <message>
        <source>Caller&apos;s na&amp;me</source>
        <translation>Na&amp;me des Anrufers</translation>
    </message>
    <message>
        <source>Try it with a caller:</source>
        <translation>Mit einem Anrufer ausprobieren:</translation>
    </message>
    <message>
        <source>✓ Opened.</source>
        <translation>✓ Geöffnet.</translation>
    </message>
    <message>
        <source>✗ {program} cannot be started. Check its path.</source>
        <translation>✗ {program} lässt sich nicht starten. Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>✗ No browser can be opened. See the system&apos;s default browser.</source>
        <translation>✗ Kein Browser lässt sich öffnen. Sehen Sie nach dem Standardbrowser des Systems.</translation>
    </message>
</context>
<context>
    <name>PopsPage</name>
    <message>
        <source>Screen pops</source>
        <translation>Aufrufe bei Anruf</translation>
    </message>
    <message>
        <source>What is opened for calls</source>
        <translation>Was bei Anrufen geöffnet wird</translation>
    </message>
    <message>
        <source>When somebody calls, a web page or a program is opened with the caller&apos;s number.</source>
        <translation>Wenn jemand anruft, wird eine Webseite oder ein Programm mit der Nummer des Anrufers geöffnet.</translation>
    </message>
    <message>
        <source>&amp;Add a page or program</source>
        <translation>Seite oder Programm &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Open {entry} no longer?</source>
        <translation>{entry} nicht mehr öffnen?</translation>
    </message>
    <message>
        <source>Save or undo the changes of the others first.</source>
        <translation>Speichern Sie erst die Änderungen der anderen, oder nehmen Sie sie zurück.</translation>
    </message>
    <message>
        <source>New: type a page or a program</source>
        <translation>Neu: Seite oder Programm eingeben</translation>
    </message>
</context>
<context>
    <name>ProgramMenu</name>
    <message>
        <source>Offhook</source>
        <translation>Offhook</translation>
    </message>
    <message>
        <source>TSP &amp;install</source>
        <translation>TSP &amp;installieren</translation>
    </message>
    <message>
        <source>TSP &amp;uninstall</source>
        <translation>TSP &amp;entfernen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About and diagnosis</source>
        <translation>Über Offhook und &amp;Diagnose</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>Name oder Nummer</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
</context>
<context>
    <name>QuitQuestion</name>
    <message>
        <source>You are in a call. Quit Offhook?</source>
        <translation>Sie sind im Gespräch. Offhook beenden?</translation>
    </message>
    <message>
        <source>Others are in a call. Quit Offhook?</source>
        <translation>Andere sind im Gespräch. Offhook beenden?</translation>
    </message>
    <message>
        <source>They talk on at their phones, but nobody can make a new call until Offhook runs again.</source>
        <translation>Sie sprechen an ihren Telefonen weiter, aber niemand kann neu anrufen, bis Offhook wieder läuft.</translation>
    </message>
    <message>
        <source>You talk on at your phone, but no new call is possible until Offhook runs again.</source>
        <translation>Sie sprechen an Ihrem Telefon weiter, aber neue Anrufe gehen erst, wenn Offhook wieder läuft.</translation>
    </message>
    <message>
        <source>The call goes on at your phone; you can hang up there.</source>
        <translation>Das Gespräch geht an Ihrem Telefon weiter; dort können Sie auflegen.</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>&amp;Bleiben</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Anrufe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
</context>
<context>
    <name>Rows</name>
    <message>
        <source>Call</source>
        <translation>Anrufen</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>Die Nummer kopieren</translation>
    </message>
</context>
<context>
    <name>SettingsAlone</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Testen</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>Un&amp;do</source>
        <translation>Ver&amp;werfen</translation>
    </message>
    <message>
        <source>Take back what is not saved</source>
        <translation>Zurücknehmen, was nicht gespeichert ist</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>Durchsuchen …</translation>
    </message>
    <message>
        <source>Browse for {field}</source>
        <translation>Suchen nach: {field}</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Eine Datei wählen</translation>
    </message>
    <message>
        <source>This cannot be understood; see the example.</source>
        <translation>Das ist nicht zu verstehen; sehen Sie das Beispiel.</translation>
    </message>
    <message>
        <source>Other computers could dial without a token. Tick &quot;Require a token&quot;, or listen on 127.0.0.1</source>
        <translation>Andere Computer könnten ohne Token wählen. Kreuzen Sie „Ein Token verlangen“ an, oder nehmen Sie 127.0.0.1</translation>
    </message>
    <message>
        <source>Fill in the web page or the program, and only one of them.</source>
        <translation>Füllen Sie die Webseite oder das Programm aus, und nur eines davon.</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a country. Did you mean &apos;{code}&apos;?</source>
        <translation>&apos;{text}&apos; ist kein Land. Meinten Sie &apos;{code}&apos;?</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a country. Take its two letters, like KR.</source>
        <translation>&apos;{text}&apos; ist kein Land. Nehmen Sie seine zwei Buchstaben, etwa KR.</translation>
    </message>
    <message>
        <source>This is needed: {what}</source>
        <translation>Das wird gebraucht: {what}</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>Es wird getestet …</translation>
    </message>
    <message>
        <source>The test was cancelled.</source>
        <translation>Der Test wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Saved to {file}.</source>
        <translation>In {file} gespeichert.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>{page}, not saved</source>
        <translation>{page}, nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Search or dial</source>
        <translation>Suchen oder wählen</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Anrufe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>Into the list, and back</source>
        <translation>In die Liste und zurück</translation>
    </message>
    <message>
        <source>Call what is highlighted</source>
        <translation>Das Hervorgehobene anrufen</translation>
    </message>
    <message>
        <source>Copy its number</source>
        <translation>Seine Nummer kopieren</translation>
    </message>
    <message>
        <source>Leave the search</source>
        <translation>Die Suche verlassen</translation>
    </message>
    <message>
        <source>In any program</source>
        <translation>In jedem Programm</translation>
    </message>
    <message>
        <source>Call the number that is selected</source>
        <translation>Die ausgewählte Nummer anrufen</translation>
    </message>
    <message>
        <source>Answer the call that rings</source>
        <translation>Den Anruf annehmen, der klingelt</translation>
    </message>
    <message>
        <source>Decline it</source>
        <translation>Ihn ablehnen</translation>
    </message>
</context>
<context>
    <name>SitePage</name>
    <message>
        <source>Your phones</source>
        <translation>Ihre Telefone</translation>
    </message>
    <message>
        <source>This computer becomes their telephone system. What you do not know yet can wait.</source>
        <translation>Dieser Computer wird ihre Telefonanlage. Was Sie noch nicht wissen, kann warten.</translation>
    </message>
    <message>
        <source>All its addresses: {addresses}</source>
        <translation>Alle seine Adressen: {addresses}</translation>
    </message>
    <message>
        <source>On this computer only</source>
        <translation>Nur auf diesem Computer</translation>
    </message>
    <message>
        <source>&amp;Phones</source>
        <translation>&amp;Telefone</translation>
    </message>
    <message>
        <source>Extensions and names: 4000=Kim, 4001=Lee; or a row: 4000-4009</source>
        <translation>Nebenstellen und Namen: 4000=Kim, 4001=Lee; oder eine Reihe: 4000-4009</translation>
    </message>
    <message>
        <source>&amp;Reached at</source>
        <translation>&amp;Erreichbar unter</translation>
    </message>
    <message>
        <source>P&amp;ort for SIP</source>
        <translation>P&amp;ort für SIP</translation>
    </message>
    <message>
        <source>Co&amp;untry</source>
        <translation>&amp;Land</translation>
    </message>
    <message>
        <source>&amp;Area code</source>
        <translation>&amp;Ortsvorwahl</translation>
    </message>
    <message>
        <source>Outside &amp;line</source>
        <translation>&amp;Amtsholung</translation>
    </message>
    <message>
        <source>&amp;Try a number</source>
        <translation>Eine Nummer &amp;probieren</translation>
    </message>
    <message>
        <source>{text} is dialled as {number}</source>
        <translation>{text} wird gewählt als {number}</translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message>
        <source>Sources of the directory</source>
        <translation>Quellen des Verzeichnisses</translation>
    </message>
    <message>
        <source>&amp;Add a source</source>
        <translation>&amp;Quelle hinzufügen</translation>
    </message>
    <message>
        <source>Names for numbers and numbers for names come from here. Where several know a number, the first one names it.</source>
        <translation>Von hier kommen Namen zu Nummern und Nummern zu Namen. Kennen mehrere eine Nummer, gilt der Name der ersten.</translation>
    </message>
    <message>
        <source>Remove {entry} from the directory?</source>
        <translation>{entry} aus dem Verzeichnis entfernen?</translation>
    </message>
    <message>
        <source>New source: choose its kind</source>
        <translation>Neue Quelle: wählen Sie ihre Art</translation>
    </message>
    <message>
        <source>Save or undo the changes of the other sources first.</source>
        <translation>Speichern oder verwerfen Sie zuerst die Änderungen der anderen Quellen.</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Welcome to Offhook</source>
        <translation>Willkommen bei Offhook</translation>
    </message>
    <message>
        <source>Nothing is set up on this computer yet. How do you want to begin?</source>
        <translation>Auf diesem Computer ist noch nichts eingerichtet. Wie möchten Sie beginnen?</translation>
    </message>
    <message>
        <source>&amp;Join a Call Manager</source>
        <translation>&amp;Zu einem Call Manager gehören</translation>
    </message>
    <message>
        <source>Your company has one already. You need its address, a user and a password.</source>
        <translation>Ihre Firma hat schon einen. Sie brauchen seine Adresse, einen Benutzer und ein Kennwort.</translation>
    </message>
    <message>
        <source>&amp;Start here, with phones of my own</source>
        <translation>&amp;Hier beginnen, mit eigenen Telefonen</translation>
    </message>
    <message>
        <source>This computer becomes the telephone system of desk phones and softphones.</source>
        <translation>Dieser Computer wird die Telefonanlage von Tischtelefonen und Softphones.</translation>
    </message>
    <message>
        <source>Try the &amp;demo</source>
        <translation>Die &amp;Demo probieren</translation>
    </message>
    <message>
        <source>Three phones that are played on this computer; nothing is kept.</source>
        <translation>Drei Telefone, die auf diesem Computer gespielt werden; nichts bleibt.</translation>
    </message>
</context>
<context>
    <name>SuggestionList</name>
    <message>
        <source>Suggestions</source>
        <translation>Vorschläge</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
</context>
<context>
    <name>TakeCallDialog</name>
    <message>
        <source>Pick up a call</source>
        <translation>Anruf heranholen</translation>
    </message>
    <message>
        <source>Take a parked call</source>
        <translation>Geparkten Anruf übernehmen</translation>
    </message>
    <message>
        <source>Whose phone &amp;rings?</source>
        <translation>Wessen Telefon &amp;klingelt?</translation>
    </message>
    <message>
        <source>In which &amp;slot does the call wait?</source>
        <translation>Auf welchem Park&amp;platz wartet der Anruf?</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>Name oder Nummer</translation>
    </message>
    <message>
        <source>Without an answer here: a phone of your group.</source>
        <translation>Ohne eine Antwort hier: ein Telefon Ihrer Gruppe.</translation>
    </message>
</context>
<context>
    <name>TargetPanel</name>
    <message>
        <source>Name or number</source>
        <translation>Name oder Nummer</translation>
    </message>
    <message>
        <source>Name or number to send the call to</source>
        <translation>Name oder Nummer, an die der Anruf geht</translation>
    </message>
    <message>
        <source>Send &amp;on</source>
        <translation>&amp;Weiterleiten</translation>
    </message>
    <message>
        <source>Send the call there</source>
        <translation>Den Anruf dorthin schicken</translation>
    </message>
    <message>
        <source>&amp;Now</source>
        <translation>&amp;Sofort</translation>
    </message>
    <message>
        <source>Connect the two at once, and leave</source>
        <translation>Die beiden gleich verbinden und gehen</translation>
    </message>
    <message>
        <source>Ask &amp;first</source>
        <translation>Erst &amp;fragen</translation>
    </message>
    <message>
        <source>Talk to them first; the call waits on hold</source>
        <translation>Erst mit ihnen sprechen; der Anruf wartet gehalten</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>Niemand hier heißt {text}. Ist es jemand von diesen?</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type a number.</source>
        <translation>Niemand gefunden. Prüfen Sie die Schreibweise, oder tippen Sie eine Nummer.</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
    <message>
        <source>Pick up the call</source>
        <translation>Den Anruf heranholen</translation>
    </message>
    <message>
        <source>Move to the front</source>
        <translation>Nach vorne</translation>
    </message>
    <message>
        <source>Remove from favourites</source>
        <translation>Aus den Favoriten entfernen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>&amp;Missed calls ({number})</source>
        <translation>&amp;Verpasste Anrufe ({number})</translation>
    </message>
    <message>
        <source>&amp;Dial …</source>
        <translation>&amp;Wählen …</translation>
    </message>
    <message>
        <source>Dial the &amp;clipboard</source>
        <translation>Die &amp;Zwischenablage wählen</translation>
    </message>
    <message>
        <source>&amp;Show the window</source>
        <translation>Das &amp;Fenster zeigen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Answer {name}</source>
        <translation>{name} annehmen</translation>
    </message>
    <message>
        <source>Decline {name}</source>
        <translation>{name} ablehnen</translation>
    </message>
    <message>
        <source>Drop {name}</source>
        <translation>{name} auflegen</translation>
    </message>
    <message>
        <source>The Call Manager cannot be reached. Calls are not possible until it is back.</source>
        <translation>Der Call Manager ist nicht erreichbar. Bis er wieder da ist, sind keine Anrufe möglich.</translation>
    </message>
    <message>
        <source>Missed call from {name}</source>
        <translation>Verpasster Anruf von {name}</translation>
    </message>
    <message>
        <source>ready to call</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>no Call Manager, trying again</source>
        <translation>kein Call Manager, neuer Versuch</translation>
    </message>
</context>
<context>
    <name>TrustDialog</name>
    <message>
        <source>Is this your Call Manager?</source>
        <translation>Ist das Ihr Call Manager?</translation>
    </message>
    <message>
        <source>The Call Manager shows another certificate than the one that you confirmed. Either it was made anew, or somebody pretends to be it. Ask your administrator before you go on.</source>
        <translation>Der Call Manager zeigt ein anderes Zertifikat als das, das Sie bestätigt haben. Entweder wurde es neu gemacht, oder jemand gibt sich als er aus. Fragen Sie Ihren Administrator, bevor Sie weitermachen.</translation>
    </message>
    <message>
        <source>The certificate of the Call Manager is its company&apos;s own. Compare the fingerprint with what your administrator gave you, or what “offhook cert show” says on its machine.</source>
        <translation>Das Zertifikat des Call Managers ist von seiner Firma selbst. Vergleichen Sie den Fingerabdruck mit dem, den Ihr Administrator Ihnen gegeben hat, oder den „offhook cert show“ auf seinem Rechner zeigt.</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Call Manager</source>
        <translation>Call Manager</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Für</translation>
    </message>
    <message>
        <source>Good until</source>
        <translation>Gültig bis</translation>
    </message>
    <message>
        <source>It is the same: &amp;trust it</source>
        <translation>Er ist gleich: &amp;vertrauen</translation>
    </message>
    <message>
        <source>Do &amp;not trust it</source>
        <translation>&amp;Nicht vertrauen</translation>
    </message>
</context>
<context>
    <name>UnsavedQuestion</name>
    <message>
        <source>There are changes in Settings that are not saved. Quit Offhook?</source>
        <translation>In den Einstellungen gibt es Änderungen, die nicht gespeichert sind. Offhook beenden?</translation>
    </message>
    <message>
        <source>They are on: {pages}</source>
        <translation>Sie sind hier: {pages}</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>&amp;Bleiben</translation>
    </message>
    <message>
        <source>&amp;Quit without saving</source>
        <translation>&amp;Ohne Speichern beenden</translation>
    </message>
</context>
<context>
    <name>UpdateBar</name>
    <message>
        <source>&amp;What is new</source>
        <translation>Was ist &amp;neu</translation>
    </message>
    <message>
        <source>&amp;Install</source>
        <translation>&amp;Installieren</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>&amp;Später</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>Offhook {version} is available</source>
        <translation>Offhook {version} ist da</translation>
    </message>
    <message>
        <source>Fetching Offhook {version}: {percent} %</source>
        <translation>Offhook {version} wird geholt: {percent} %</translation>
    </message>
    <message>
        <source>Windows asks whether the setup may be started.</source>
        <translation>Windows fragt, ob das Setup gestartet werden darf.</translation>
    </message>
    <message>
        <source>It could not be fetched: {reason}</source>
        <translation>Es konnte nicht geholt werden: {reason}</translation>
    </message>
    <message>
        <source>The setup has started. Go on in its window.</source>
        <translation>Das Setup ist gestartet. Machen Sie in seinem Fenster weiter.</translation>
    </message>
    <message>
        <source>Windows did not allow it. Ask your administrator.</source>
        <translation>Windows hat es nicht erlaubt. Fragen Sie Ihren Administrator.</translation>
    </message>
</context>
<context>
    <name>Who</name>
    <message>
        <source>The phone of this call</source>
        <translation>Das Telefon dieses Anrufs</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>Die Nummer kopieren</translation>
    </message>
</context>
<context>
    <name>card</name>
    <message>
        <source>&amp;Answer</source>
        <translation>&amp;Abheben</translation>
    </message>
    <message>
        <source>Take the call; one that you are in is put on hold</source>
        <translation>Den Anruf annehmen; ein laufendes Gespräch wird gehalten</translation>
    </message>
    <message>
        <source>&amp;Connect them</source>
        <translation>&amp;Verbinden</translation>
    </message>
    <message>
        <source>Connect the two others with each other, and leave</source>
        <translation>Die beiden anderen miteinander verbinden und gehen</translation>
    </message>
    <message>
        <source>De&amp;cline</source>
        <translation>Ab&amp;lehnen</translation>
    </message>
    <message>
        <source>Refuse the call; the caller is told so</source>
        <translation>Den Anruf ablehnen; der Anrufer erfährt es</translation>
    </message>
    <message>
        <source>&amp;Drop</source>
        <translation>A&amp;uflegen</translation>
    </message>
    <message>
        <source>End the call</source>
        <translation>Den Anruf beenden</translation>
    </message>
    <message>
        <source>&amp;Redirect</source>
        <translation>&amp;Umleiten</translation>
    </message>
    <message>
        <source>Send the call on without answering it</source>
        <translation>Den Anruf weiterschicken, ohne ihn anzunehmen</translation>
    </message>
    <message>
        <source>&amp;Hold</source>
        <translation>&amp;Halten</translation>
    </message>
    <message>
        <source>Put the call on hold</source>
        <translation>Den Anruf halten</translation>
    </message>
    <message>
        <source>&amp;Retrieve</source>
        <translation>&amp;Zurückholen</translation>
    </message>
    <message>
        <source>Take the call back from hold</source>
        <translation>Den gehaltenen Anruf zurückholen</translation>
    </message>
    <message>
        <source>&amp;Swap</source>
        <translation>&amp;Makeln</translation>
    </message>
    <message>
        <source>Take this call back, and put the other one on hold</source>
        <translation>Diesen Anruf zurückholen und den anderen halten</translation>
    </message>
    <message>
        <source>&amp;Transfer</source>
        <translation>Ü&amp;bergeben</translation>
    </message>
    <message>
        <source>Connect the other party with somebody else</source>
        <translation>Den anderen Teilnehmer mit jemandem verbinden</translation>
    </message>
    <message>
        <source>C&amp;onference</source>
        <translation>&amp;Konferenz</translation>
    </message>
    <message>
        <source>Join your calls, so that all hear each other</source>
        <translation>Ihre Gespräche zusammenlegen, so dass alle einander hören</translation>
    </message>
    <message>
        <source>&amp;Keypad</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>Send digits as tones</source>
        <translation>Ziffern als Töne senden</translation>
    </message>
    <message>
        <source>&amp;Park</source>
        <translation>&amp;Parken</translation>
    </message>
    <message>
        <source>Park the call; any phone may take it from there</source>
        <translation>Den Anruf parken; jedes Telefon kann ihn von dort holen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>Zu&amp;rück</translation>
    </message>
    <message>
        <source>End this call, and take the first one back</source>
        <translation>Diesen Anruf beenden und den ersten zurückholen</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>{text} is no extension; take digits, like 4000, or 4000=Kim</source>
        <translation>{text} ist keine Nebenstelle; nehmen Sie Ziffern wie 4000, oder 4000=Kim</translation>
    </message>
    <message>
        <source>there is no phone; name at least one, like 4000=Kim</source>
        <translation>Es ist kein Telefon da; nennen Sie mindestens eines, wie 4000=Kim</translation>
    </message>
    <message>
        <source>more than {limit} phones; begin with some, and add others later</source>
        <translation>Mehr als {limit} Telefone; beginnen Sie mit einigen, und fügen Sie andere später hinzu</translation>
    </message>
    <message>
        <source>{text} is no row of at most {limit} extensions; write it like 4000-4009</source>
        <translation>{text} ist keine Reihe von höchstens {limit} Nebenstellen; schreiben Sie sie wie 4000-4009</translation>
    </message>
    <message>
        <source>{text} is no country; take its two letters, like KR, or nothing</source>
        <translation>{text} ist kein Land; nehmen Sie seine zwei Buchstaben, wie KR, oder nichts</translation>
    </message>
    <message>
        <source>{file} is there already; change it with offhook config set and offhook terminal add, or name another by --config FILE</source>
        <translation>{file} gibt es schon; ändern Sie die Datei mit offhook config set und offhook terminal add, oder nennen Sie mit --config FILE eine andere</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>diese Datei gibt es nicht</translation>
    </message>
    <message>
        <source>create it, or name another with --config</source>
        <translation>legen Sie sie an, oder nennen Sie mit --config eine andere</translation>
    </message>
    <message>
        <source>is a folder</source>
        <translation>ist ein Ordner</translation>
    </message>
    <message>
        <source>name the file in it, like {file}</source>
        <translation>nennen Sie die Datei darin, wie {file}</translation>
    </message>
    <message>
        <source>cannot be read ({reason})</source>
        <translation>kann nicht gelesen werden ({reason})</translation>
    </message>
    <message>
        <source>{file} cannot be read ({reason})</source>
        <translation>{file} kann nicht gelesen werden ({reason})</translation>
    </message>
    <message>
        <source>let this user read it</source>
        <translation>lassen Sie diesen Benutzer sie lesen</translation>
    </message>
    <message>
        <source>let this user read it, or name another</source>
        <translation>lassen Sie diesen Benutzer sie lesen, oder nennen Sie eine andere</translation>
    </message>
    <message>
        <source>let this user read it, or correct the setting</source>
        <translation>lassen Sie diesen Benutzer sie lesen, oder berichtigen Sie die Einstellung</translation>
    </message>
    <message>
        <source>correct the path or let this user read it</source>
        <translation>berichtigen Sie den Pfad, oder lassen Sie diesen Benutzer die Datei lesen</translation>
    </message>
    <message>
        <source>cannot be written ({reason})</source>
        <translation>kann nicht geschrieben werden ({reason})</translation>
    </message>
    <message>
        <source>let this user write there</source>
        <translation>lassen Sie diesen Benutzer dort schreiben</translation>
    </message>
    <message>
        <source>let this user write it, or name another</source>
        <translation>lassen Sie diesen Benutzer sie schreiben, oder nennen Sie eine andere</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>gibt es nicht</translation>
    </message>
    <message>
        <source>put it there, the secret in its first line, or correct the setting</source>
        <translation>legen Sie die Datei dort an, mit dem Kennwort in der ersten Zeile, oder berichtigen Sie die Einstellung</translation>
    </message>
    <message>
        <source>is not UTF-8 text</source>
        <translation>ist kein UTF-8-Text</translation>
    </message>
    <message>
        <source>save it as UTF-8</source>
        <translation>speichern Sie die Datei als UTF-8</translation>
    </message>
    <message>
        <source>is not TOML: {reason}</source>
        <translation>ist kein TOML: {reason}</translation>
    </message>
    <message>
        <source>correct that place</source>
        <translation>berichtigen Sie diese Stelle</translation>
    </message>
    <message>
        <source>is not a setting</source>
        <translation>ist keine Einstellung</translation>
    </message>
    <message>
        <source>did you mean {text}?</source>
        <translation>meinten Sie {text}?</translation>
    </message>
    <message>
        <source>remove it; {name} takes {text}</source>
        <translation>entfernen Sie sie; {name} hat {text}</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>is missing while {name} is set</source>
        <translation>fehlt, obwohl {name} gesetzt ist</translation>
    </message>
    <message>
        <source>set both</source>
        <translation>setzen Sie beides</translation>
    </message>
    <message>
        <source>is set as well as {name}</source>
        <translation>ist zugleich mit {name} gesetzt</translation>
    </message>
    <message>
        <source>keep one of them</source>
        <translation>behalten Sie eines davon</translation>
    </message>
    <message>
        <source>{text} is already used above</source>
        <translation>{text} kommt weiter oben schon vor</translation>
    </message>
    <message>
        <source>give each its own</source>
        <translation>geben Sie jedem einen eigenen Wert</translation>
    </message>
    <message>
        <source>must be {text}; this is {state}</source>
        <translation>muss so sein: {text}; dies ist: {state}</translation>
    </message>
    <message>
        <source>must be {text}, not {state}</source>
        <translation>muss so sein: {text}; nicht {state}</translation>
    </message>
    <message>
        <source>must be from {number} to {limit}, not {text}</source>
        <translation>muss von {number} bis {limit} sein, nicht {text}</translation>
    </message>
    <message>
        <source>has control characters in it</source>
        <translation>enthält Steuerzeichen</translation>
    </message>
    <message>
        <source>remove them</source>
        <translation>entfernen Sie sie</translation>
    </message>
    <message>
        <source>correct it</source>
        <translation>berichtigen Sie es</translation>
    </message>
    <message>
        <source>correct that entry</source>
        <translation>berichtigen Sie diesen Eintrag</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>text in quotes</source>
        <translation>Text in Anführungszeichen</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true oder false</translation>
    </message>
    <message>
        <source>true or false, without quotes</source>
        <translation>true oder false, ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>eine Zahl</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>eine ganze Zahl</translation>
    </message>
    <message>
        <source>a whole number from {number} to {limit}</source>
        <translation>eine ganze Zahl von {number} bis {limit}</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>eine Tabelle</translation>
    </message>
    <message>
        <source>one of: {text}</source>
        <translation>eines von: {text}</translation>
    </message>
    <message>
        <source>a path, as text in quotes</source>
        <translation>ein Pfad, als Text in Anführungszeichen</translation>
    </message>
    <message>
        <source>an address and a port, like &quot;127.0.0.1:7700&quot; or &quot;[::1]:7700&quot;</source>
        <translation>eine Adresse und ein Port, wie &quot;127.0.0.1:7700&quot; oder &quot;[::1]:7700&quot;</translation>
    </message>
    <message>
        <source>digits like &quot;2&quot;, without the leading 0</source>
        <translation>Ziffern wie &quot;2&quot;, ohne die führende 0</translation>
    </message>
    <message>
        <source>what gets an outside line, like &quot;9&quot;</source>
        <translation>was eine Amtsleitung holt, wie &quot;9&quot;</translation>
    </message>
    <message>
        <source>the id of a terminal</source>
        <translation>die Kennung eines Telefons</translation>
    </message>
    <message>
        <source>{text} is not a host</source>
        <translation>{text} ist kein Host</translation>
    </message>
    <message>
        <source>write it like &quot;pbx.example&quot;, or &quot;192.0.2.5:5060&quot; with a port</source>
        <translation>schreiben Sie ihn wie &quot;pbx.example&quot;, oder mit Port wie &quot;192.0.2.5:5060&quot;</translation>
    </message>
    <message>
        <source>{text} is not an address of this machine</source>
        <translation>{text} ist keine Adresse dieses Computers</translation>
    </message>
    <message>
        <source>take one like &quot;127.0.0.1&quot;</source>
        <translation>nehmen Sie eine wie &quot;127.0.0.1&quot;</translation>
    </message>
    <message>
        <source>{text} is not a port</source>
        <translation>{text} ist kein Port</translation>
    </message>
    <message>
        <source>take one from {number} to {limit}</source>
        <translation>nehmen Sie einen von {number} bis {limit}</translation>
    </message>
    <message>
        <source>{text} is not a country</source>
        <translation>{text} ist kein Land</translation>
    </message>
    <message>
        <source>take its two letters, like &quot;KR&quot;</source>
        <translation>nehmen Sie seine zwei Buchstaben, wie &quot;KR&quot;</translation>
    </message>
    <message>
        <source>{text} is not a WebSocket address</source>
        <translation>{text} ist keine WebSocket-Adresse</translation>
    </message>
    <message>
        <source>write it like &quot;wss://manager.example:7701&quot;</source>
        <translation>schreiben Sie sie wie &quot;wss://manager.example:7701&quot;</translation>
    </message>
    <message>
        <source>ws:// to another machine would send passwords in the clear</source>
        <translation>ws:// zu einem anderen Computer würde Kennwörter unverschlüsselt senden</translation>
    </message>
    <message>
        <source>use wss://</source>
        <translation>nehmen Sie wss://</translation>
    </message>
    <message>
        <source>there is no phone</source>
        <translation>es ist kein Telefon da</translation>
    </message>
    <message>
        <source>add one: {text}</source>
        <translation>fügen Sie eines hinzu: {text}</translation>
    </message>
    <message>
        <source>is missing: the Call Manager elsewhere wants a login</source>
        <translation>fehlt: Der Call Manager auf dem anderen Computer verlangt eine Anmeldung</translation>
    </message>
    <message>
        <source>set user and password_file (there: offhook user add)</source>
        <translation>setzen Sie user und password_file (dort: offhook user add)</translation>
    </message>
    <message>
        <source>is missing while {name} is open to other machines</source>
        <translation>fehlt, obwohl {name} für andere Computer offen ist</translation>
    </message>
    <message>
        <source>set tls_certificate and tls_key, or listen on 127.0.0.1</source>
        <translation>setzen Sie tls_certificate und tls_key, oder lauschen Sie auf 127.0.0.1</translation>
    </message>
    <message>
        <source>is false while {name} is open to other machines</source>
        <translation>ist false, obwohl {name} für andere Computer offen ist</translation>
    </message>
    <message>
        <source>set it to true, or listen on 127.0.0.1</source>
        <translation>setzen Sie es auf true, oder lauschen Sie auf 127.0.0.1</translation>
    </message>
    <message>
        <source>there is a phone {text} already</source>
        <translation>das Telefon {text} gibt es schon</translation>
    </message>
    <message>
        <source>remove it first</source>
        <translation>entfernen Sie es zuerst</translation>
    </message>
    <message>
        <source>there is no phone {text}</source>
        <translation>es gibt kein Telefon {text}</translation>
    </message>
    <message>
        <source>phone {text} has not answered</source>
        <translation>das Telefon {text} hat nicht geantwortet</translation>
    </message>
    <message>
        <source>restart it by hand</source>
        <translation>starten Sie es von Hand neu</translation>
    </message>
    <message>
        <source>phone {text}: {reason}</source>
        <translation>Telefon {text}: {reason}</translation>
    </message>
    <message>
        <source>it is not registered</source>
        <translation>es ist nicht angemeldet</translation>
    </message>
    <message>
        <source>a {name} cannot be told to</source>
        <translation>einem {name} kann man das nicht sagen</translation>
    </message>
    <message>
        <source>the network cannot be asked: {reason}</source>
        <translation>das Netzwerk lässt sich nicht befragen: {reason}</translation>
    </message>
    <message>
        <source>check network and firewall (UDP 5353)</source>
        <translation>prüfen Sie Netzwerk und Firewall (UDP 5353)</translation>
    </message>
    <message>
        <source>no TLS server answers at {name} ({reason})</source>
        <translation>kein TLS-Server antwortet bei {name} ({reason})</translation>
    </message>
    <message>
        <source>check the URL</source>
        <translation>prüfen Sie die URL</translation>
    </message>
    <message>
        <source>{name} shows an invalid certificate ({reason})</source>
        <translation>{name} zeigt ein ungültiges Zertifikat ({reason})</translation>
    </message>
    <message>
        <source>write it like {example}</source>
        <translation>schreiben Sie es wie {example}</translation>
    </message>
    <message>
        <source>name it, like {example}</source>
        <translation>nennen Sie es, wie {example}</translation>
    </message>
    <message>
        <source>add one like {example}</source>
        <translation>fügen Sie eines hinzu, wie {example}</translation>
    </message>
    <message>
        <source>add it, like {example}</source>
        <translation>fügen Sie es hinzu, wie {example}</translation>
    </message>
    <message>
        <source>take one of: {text}</source>
        <translation>nehmen Sie eines von: {text}</translation>
    </message>
    <message>
        <source>set it to one of: {text}</source>
        <translation>setzen Sie eines von: {text}</translation>
    </message>
    <message>
        <source>set it to a path, like {example}</source>
        <translation>setzen Sie einen Pfad, wie {example}</translation>
    </message>
    <message>
        <source>{text}, like {example}</source>
        <translation>{text}, wie {example}</translation>
    </message>
    <message>
        <source>{text}, or leave it out</source>
        <translation>{text}, oder lassen Sie es weg</translation>
    </message>
    <message>
        <source>keep one of them, as [{name}]</source>
        <translation>behalten Sie eines davon, als [{name}]</translation>
    </message>
    <message>
        <source>keep one</source>
        <translation>behalten Sie eines</translation>
    </message>
    <message>
        <source>name another</source>
        <translation>nennen Sie ein anderes</translation>
    </message>
    <message>
        <source>name at least one</source>
        <translation>nennen Sie mindestens eines</translation>
    </message>
    <message>
        <source>name each once</source>
        <translation>nennen Sie jedes einmal</translation>
    </message>
    <message>
        <source>name one</source>
        <translation>nennen Sie eines</translation>
    </message>
    <message>
        <source>give each its own port</source>
        <translation>geben Sie jedem einen eigenen Port</translation>
    </message>
    <message>
        <source>correct it, or take it out</source>
        <translation>berichtigen Sie es, oder nehmen Sie es heraus</translation>
    </message>
    <message>
        <source>correct it or leave the key out</source>
        <translation>berichtigen Sie es, oder lassen Sie die Einstellung weg</translation>
    </message>
    <message>
        <source>take one of the two</source>
        <translation>nehmen Sie eines von beiden</translation>
    </message>
    <message>
        <source>set both, or neither</source>
        <translation>setzen Sie beides, oder keines</translation>
    </message>
    <message>
        <source>set both, or neither to be anonymous</source>
        <translation>setzen Sie beides, oder keines, um anonym zu sein</translation>
    </message>
    <message>
        <source>is set as well as {name}, which is another name for the same</source>
        <translation>ist zugleich mit {name} gesetzt, was ein anderer Name für dasselbe ist</translation>
    </message>
    <message>
        <source>must be a table, this is {state}</source>
        <translation>muss eine Tabelle sein; dies ist: {state}</translation>
    </message>
    <message>
        <source>write it as a section [{name}]</source>
        <translation>schreiben Sie es als Abschnitt [{name}]</translation>
    </message>
    <message>
        <source>must be a list of tables, this is {state}</source>
        <translation>muss eine Liste von Tabellen sein; dies ist: {state}</translation>
    </message>
    <message>
        <source>write each as [[{name}]]</source>
        <translation>schreiben Sie jede als [[{name}]]</translation>
    </message>
    <message>
        <source>must be a path, not empty</source>
        <translation>muss ein Pfad sein, nicht leer</translation>
    </message>
    <message>
        <source>must be text without control characters, and not empty</source>
        <translation>muss Text ohne Steuerzeichen sein, und nicht leer</translation>
    </message>
    <message>
        <source>is not a file but a pipe or a device</source>
        <translation>ist keine Datei, sondern eine Pipe oder ein Gerät</translation>
    </message>
    <message>
        <source>give a file; who opens this one may wait for ever</source>
        <translation>geben Sie eine Datei an; wer diese öffnet, wartet vielleicht für immer</translation>
    </message>
    <message>
        <source>{text} names no home folder</source>
        <translation>{text} nennt keinen Benutzerordner</translation>
    </message>
    <message>
        <source>write the path in full</source>
        <translation>schreiben Sie den ganzen Pfad</translation>
    </message>
    <message>
        <source>has more than {limit} bytes</source>
        <translation>hat mehr als {limit} Bytes</translation>
    </message>
    <message>
        <source>name the configuration file</source>
        <translation>nennen Sie die Konfigurationsdatei</translation>
    </message>
    <message>
        <source>name the configuration that is to hold</source>
        <translation>nennen Sie die Konfiguration, die gelten soll</translation>
    </message>
    <message>
        <source>{text} is not a level</source>
        <translation>{text} ist keine Stufe</translation>
    </message>
    <message>
        <source>holds no secret in its first line</source>
        <translation>hat kein Kennwort in der ersten Zeile</translation>
    </message>
    <message>
        <source>write it there as plain text</source>
        <translation>schreiben Sie es dort als Text hinein</translation>
    </message>
    <message>
        <source>write the secret as one line of text</source>
        <translation>schreiben Sie das Kennwort als eine Zeile Text</translation>
    </message>
    <message>
        <source>make its folder writable</source>
        <translation>machen Sie den Ordner beschreibbar</translation>
    </message>
    <message>
        <source>is exposed</source>
        <translation>ist offen für andere</translation>
    </message>
    <message>
        <source>cannot be used: {reason}</source>
        <translation>kann nicht verwendet werden: {reason}</translation>
    </message>
    <message>
        <source>cannot be used ({reason})</source>
        <translation>kann nicht verwendet werden ({reason})</translation>
    </message>
    <message>
        <source>give a readable PEM file</source>
        <translation>geben Sie eine lesbare PEM-Datei an</translation>
    </message>
    <message>
        <source>give readable PEM files</source>
        <translation>geben Sie lesbare PEM-Dateien an</translation>
    </message>
    <message>
        <source>set tls_certificate and tls_key, here or in [sscp], or listen on 127.0.0.1</source>
        <translation>setzen Sie tls_certificate und tls_key, hier oder in [sscp], oder lauschen Sie auf 127.0.0.1</translation>
    </message>
    <message>
        <source>cannot be changed here ({reason})</source>
        <translation>kann hier nicht geändert werden ({reason})</translation>
    </message>
    <message>
        <source>change it in an editor</source>
        <translation>ändern Sie die Datei in einem Editor</translation>
    </message>
    <message>
        <source>nested too deeply</source>
        <translation>zu tief verschachtelt</translation>
    </message>
    <message>
        <source>a number has too many digits</source>
        <translation>eine Zahl hat zu viele Ziffern</translation>
    </message>
    <message>
        <source>take the plain quotes of the keyboard, &quot; or &apos;</source>
        <translation>nehmen Sie die geraden Anführungszeichen der Tastatur, &quot; oder &apos;</translation>
    </message>
    <message>
        <source>an invisible character stands there; write that line anew</source>
        <translation>dort steht ein unsichtbares Zeichen; schreiben Sie die Zeile neu</translation>
    </message>
    <message>
        <source>write each backslash twice, or put the text into single quotes: &apos;...&apos;</source>
        <translation>schreiben Sie jeden Backslash doppelt oder den Text in einfachen Anführungszeichen: &apos;...&apos;</translation>
    </message>
    <message>
        <source>put quotes at the end of the text, too</source>
        <translation>setzen Sie auch an das Ende des Textes Anführungszeichen</translation>
    </message>
    <message>
        <source>close the brackets</source>
        <translation>schließen Sie die Klammern</translation>
    </message>
    <message>
        <source>it is there already; put all of its settings below the first one</source>
        <translation>das gibt es schon; schreiben Sie alle seine Einstellungen unter das erste</translation>
    </message>
    <message>
        <source>it is there already; keep one of them</source>
        <translation>das gibt es schon; behalten Sie eines davon</translation>
    </message>
    <message>
        <source>write a setting like {text}</source>
        <translation>schreiben Sie eine Einstellung wie {text}</translation>
    </message>
    <message>
        <source>write true or false, in small letters and without quotes</source>
        <translation>schreiben Sie true oder false, klein und ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>write text in quotes, like {text}</source>
        <translation>schreiben Sie Text in Anführungszeichen, wie {text}</translation>
    </message>
    <message>
        <source>write text in quotes, like {text}, and a comma between two</source>
        <translation>schreiben Sie Text in Anführungszeichen, wie {text}, und ein Komma zwischen zwei Werte</translation>
    </message>
    <message>
        <source>write names in letters from a to z, without spaces</source>
        <translation>schreiben Sie Namen mit Buchstaben von a bis z, ohne Leerzeichen</translation>
    </message>
    <message>
        <source>A new one is made at the next start</source>
        <translation>beim nächsten Start wird eine neue angelegt</translation>
    </message>
    <message>
        <source>Give a readable PEM file</source>
        <translation>geben Sie eine lesbare PEM-Datei an</translation>
    </message>
    <message>
        <source>Give readable PEM files</source>
        <translation>geben Sie lesbare PEM-Dateien an</translation>
    </message>
    <message>
        <source>is missing while tls_listen is set</source>
        <translation>fehlt, obwohl tls_listen gesetzt ist</translation>
    </message>
    <message>
        <source>set it and tls_key</source>
        <translation>setzen Sie dies und tls_key</translation>
    </message>
    <message>
        <source>is set while transport is &quot;{text}&quot;</source>
        <translation>ist gesetzt, obwohl transport &quot;{text}&quot; ist</translation>
    </message>
    <message>
        <source>set transport = &quot;tls&quot;</source>
        <translation>setzen Sie transport = &quot;tls&quot;</translation>
    </message>
    <message>
        <source>add one: offhook terminal add 4000 --name Kim</source>
        <translation>fügen Sie eines hinzu: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>add one: offhook terminal add 4000 --name Kim; or set up all that is needed: offhook init</source>
        <translation>fügen Sie eines hinzu: offhook terminal add 4000 --name Kim; oder richten Sie alles ein, was nötig ist: offhook init</translation>
    </message>
    <message>
        <source>{text} is there already</source>
        <translation>{text} gibt es schon</translation>
    </message>
    <message>
        <source>take another extension</source>
        <translation>nehmen Sie eine andere Nebenstelle</translation>
    </message>
    <message>
        <source>is missing: phone {text} could not register</source>
        <translation>fehlt: Telefon {text} könnte sich nicht registrieren</translation>
    </message>
    <message>
        <source>is missing: {text} could not register</source>
        <translation>fehlt: {text} könnte sich nicht registrieren</translation>
    </message>
    <message>
        <source>set it or password_file</source>
        <translation>setzen Sie dies oder password_file</translation>
    </message>
    <message>
        <source>{text} is already that of {name}</source>
        <translation>{text} ist schon die von {name}</translation>
    </message>
    <message>
        <source>{text} is taken by {name}</source>
        <translation>{text} ist durch {name} belegt</translation>
    </message>
    <message>
        <source>{text} is not a [[terminal]]</source>
        <translation>{text} ist kein [[terminal]]</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]]</source>
        <translation>{text} ist kein [[terminal]]</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]] and no [[group]]</source>
        <translation>{text} ist kein [[terminal]] und keine [[group]]</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]], and no trunk is used for music</source>
        <translation>{text} ist kein [[terminal]], und für Musik wird keine Amtsleitung genommen</translation>
    </message>
    <message>
        <source>name a terminal that answers by itself and plays, or take it out</source>
        <translation>nennen Sie ein Telefon, das von selbst abnimmt und spielt, oder nehmen Sie es heraus</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>noch keines</translation>
    </message>
    <message>
        <source>is empty, no phone could register</source>
        <translation>ist leer, kein Telefon könnte sich registrieren</translation>
    </message>
    <message>
        <source>is missing, and so is users</source>
        <translation>fehlt, und users auch</translation>
    </message>
    <message>
        <source>say who belongs to the group</source>
        <translation>sagen Sie, wer zur Gruppe gehört</translation>
    </message>
    <message>
        <source>is missing: nothing would ring</source>
        <translation>fehlt: Nichts würde läuten</translation>
    </message>
    <message>
        <source>{text} is in another {name} than the phones that ring</source>
        <translation>{text} gehört zu einem anderen {name} als die Telefone, die läuten</translation>
    </message>
    <message>
        <source>name one of that part</source>
        <translation>nennen Sie eines aus diesem Teil</translation>
    </message>
    <message>
        <source>name phones of one part</source>
        <translation>nennen Sie Telefone eines einzigen Teils</translation>
    </message>
    <message>
        <source>name phones or groups, like {example}</source>
        <translation>nennen Sie Telefone oder Gruppen, wie {example}</translation>
    </message>
    <message>
        <source>is of calls by a [[trunk]], and there is none</source>
        <translation>betrifft Anrufe über einen [[trunk]], und es gibt keinen</translation>
    </message>
    <message>
        <source>add a trunk, or take it out</source>
        <translation>fügen Sie einen Trunk hinzu, oder nehmen Sie es heraus</translation>
    </message>
    <message>
        <source>name one, a number like +491701234567, or take: {text}</source>
        <translation>nennen Sie eines, eine Nummer wie +491701234567, oder nehmen Sie: {text}</translation>
    </message>
    <message>
        <source>the group {text} has no phones</source>
        <translation>die Gruppe {text} hat keine Telefone</translation>
    </message>
    <message>
        <source>give it some, or name others</source>
        <translation>geben Sie ihr welche, oder nennen Sie andere</translation>
    </message>
    <message>
        <source>is {text}, which is no number that a caller may be sent on to</source>
        <translation>ist {text}; dorthin darf kein Anrufer weitergeleitet werden</translation>
    </message>
    <message>
        <source>name another one</source>
        <translation>nennen Sie eine andere</translation>
    </message>
    <message>
        <source>is {text}, a number for help, which has to go out by the [[trunk]]</source>
        <translation>ist {text}, eine Notrufnummer, die über den [[trunk]] hinausgehen muss</translation>
    </message>
    <message>
        <source>give the phone another id</source>
        <translation>geben Sie dem Telefon eine andere Kennung</translation>
    </message>
    <message>
        <source>is set, but phones register at the telephone system ({name}), not here</source>
        <translation>ist gesetzt, aber Telefone registrieren sich an der Telefonanlage ({name}), nicht hier</translation>
    </message>
    <message>
        <source>remove it, and provision the phones there</source>
        <translation>entfernen Sie es, und richten Sie die Telefone dort ein</translation>
    </message>
    <message>
        <source>has {text} and no {name}-off</source>
        <translation>hat {text} und kein {name}-off</translation>
    </message>
    <message>
        <source>name the code that ends it, too</source>
        <translation>nennen Sie auch den Code, der es beendet</translation>
    </message>
    <message>
        <source>is missing: no provider is named</source>
        <translation>fehlt: Es ist kein Anbieter genannt</translation>
    </message>
    <message>
        <source>is missing: no PBX is named</source>
        <translation>fehlt: Es ist keine Telefonanlage genannt</translation>
    </message>
    <message>
        <source>is less than 5 seconds</source>
        <translation>ist weniger als 5 Sekunden</translation>
    </message>
    <message>
        <source>set 0 for never, or 5 to 3600</source>
        <translation>setzen Sie 0 für nie, oder 5 bis 3600</translation>
    </message>
    <message>
        <source>is missing: who registers at the provider?</source>
        <translation>fehlt: Wer registriert sich beim Anbieter?</translation>
    </message>
    <message>
        <source>name the account, or set register = false where it is known by its address</source>
        <translation>nennen Sie das Konto, oder setzen Sie register = false, wo die Adresse genügt</translation>
    </message>
    <message>
        <source>is missing while from_account is set</source>
        <translation>fehlt, obwohl from_account gesetzt ist</translation>
    </message>
    <message>
        <source>name the account</source>
        <translation>nennen Sie das Konto</translation>
    </message>
    <message>
        <source>is none of numbers</source>
        <translation>ist keine von numbers</translation>
    </message>
    <message>
        <source>add it there, or take one of them</source>
        <translation>fügen Sie sie dort hinzu, oder nehmen Sie eine davon</translation>
    </message>
    <message>
        <source>is of a trunk, and switch.driver is {name}, which has its own way out</source>
        <translation>gehört zu einem Trunk, und switch.driver ist {name}, das seinen eigenen Weg nach außen hat</translation>
    </message>
    <message>
        <source>take the trunk out, or set switch.driver = &quot;embedded&quot;</source>
        <translation>nehmen Sie den Trunk heraus, oder setzen Sie switch.driver = &quot;embedded&quot;</translation>
    </message>
    <message>
        <source>is {text}, where the provider of trunk {name} ({reason}) reaches nobody</source>
        <translation>ist {text}, wo der Anbieter des Trunks {name} ({reason}) niemanden erreicht</translation>
    </message>
    <message>
        <source>listen on this machine&apos;s address in its network, like {example}</source>
        <translation>lauschen Sie auf der Adresse dieses Computers in dessen Netz, wie {example}</translation>
    </message>
    <message>
        <source>{text} is not an address without user and password</source>
        <translation>{text} ist keine Adresse ohne Benutzer und Kennwort</translation>
    </message>
    <message>
        <source>has characters that are in no address</source>
        <translation>enthält Zeichen, die in keiner Adresse vorkommen</translation>
    </message>
    <message>
        <source>write them as %20 and the like</source>
        <translation>schreiben Sie sie als %20 und dergleichen</translation>
    </message>
    <message>
        <source>would send who calls whom in the clear</source>
        <translation>würde unverschlüsselt senden, wer wen anruft</translation>
    </message>
    <message>
        <source>use https://, or set allow_private = true</source>
        <translation>nehmen Sie https://, oder setzen Sie allow_private = true</translation>
    </message>
    <message>
        <source>has fewer than {limit} characters</source>
        <translation>hat weniger als {limit} Zeichen</translation>
    </message>
    <message>
        <source>make one: openssl rand -base64 32</source>
        <translation>machen Sie eines: openssl rand -base64 32</translation>
    </message>
    <message>
        <source>make one: openssl rand -base64 32 &gt; crm.secret, and name the file</source>
        <translation>machen Sie eines: openssl rand -base64 32 &gt; crm.secret, und nennen Sie die Datei</translation>
    </message>
    <message>
        <source>or program has to be set, and only one of them</source>
        <translation>oder program muss gesetzt sein, und nur eines davon</translation>
    </message>
    <message>
        <source>has to begin with http:// or https:// and a host that is always the same</source>
        <translation>muss mit http:// oder https:// und einem Host beginnen, der immer derselbe ist</translation>
    </message>
    <message>
        <source>begins with what a caller would choose</source>
        <translation>beginnt mit etwas, das ein Anrufer wählen würde</translation>
    </message>
    <message>
        <source>name the program</source>
        <translation>nennen Sie das Programm</translation>
    </message>
    <message>
        <source>is a batch file, in which a caller&apos;s name could be a command</source>
        <translation>ist eine Batchdatei, in der der Name eines Anrufers ein Befehl sein könnte</translation>
    </message>
    <message>
        <source>name an .exe, like powershell.exe with -File and a script</source>
        <translation>nennen Sie eine .exe, wie powershell.exe mit -File und einem Skript</translation>
    </message>
    <message>
        <source>has {{{name}}}</source>
        <translation>enthält {{{name}}}</translation>
    </message>
    <message>
        <source>has a brace without the other one</source>
        <translation>enthält eine Klammer ohne die andere</translation>
    </message>
    <message>
        <source>write {{number}} and the like</source>
        <translation>schreiben Sie {{number}} und dergleichen</translation>
    </message>
    <message>
        <source>{text} is not the address of an LDAP server</source>
        <translation>{text} ist keine Adresse eines LDAP-Servers</translation>
    </message>
    <message>
        <source>is not a valid LDAP filter: {reason}</source>
        <translation>ist kein gültiger LDAP-Filter: {reason}</translation>
    </message>
    <message>
        <source>set where people are, like {example}</source>
        <translation>setzen Sie, wo Personen stehen, wie {example}</translation>
    </message>
    <message>
        <source>is true while ldaps:// encrypts already</source>
        <translation>ist true, obwohl ldaps:// schon verschlüsselt</translation>
    </message>
    <message>
        <source>is false: the password would go to another machine in the clear</source>
        <translation>ist false: Das Kennwort ginge unverschlüsselt zu einem anderen Computer</translation>
    </message>
    <message>
        <source>leave it out, or take an ldaps:// url</source>
        <translation>lassen Sie es weg, oder nehmen Sie eine Adresse mit ldaps://</translation>
    </message>
    <message>
        <source>is set while nothing is encrypted</source>
        <translation>ist gesetzt, obwohl nichts verschlüsselt wird</translation>
    </message>
    <message>
        <source>leave start_tls out</source>
        <translation>lassen Sie start_tls weg</translation>
    </message>
    <message>
        <source>{text} is not a known encoding</source>
        <translation>{text} ist keine bekannte Kodierung</translation>
    </message>
    <message>
        <source>write it like &quot;windows-1252&quot;, or leave it out</source>
        <translation>schreiben Sie sie wie &quot;windows-1252&quot;, oder lassen Sie sie weg</translation>
    </message>
    <message>
        <source>is empty, nobody could log in</source>
        <translation>ist leer, niemand könnte sich anmelden</translation>
    </message>
    <message>
        <source>name at least &quot;local&quot;</source>
        <translation>nennen Sie mindestens &quot;local&quot;</translation>
    </message>
    <message>
        <source>names a source twice</source>
        <translation>nennt eine Quelle zweimal</translation>
    </message>
    <message>
        <source>cannot tell a directory source called local</source>
        <translation>kann eine Verzeichnisquelle namens local nicht unterscheiden</translation>
    </message>
    <message>
        <source>call it otherwise</source>
        <translation>nennen Sie sie anders</translation>
    </message>
    <message>
        <source>{text} would get passwords in the clear</source>
        <translation>{text} bekäme Kennwörter unverschlüsselt</translation>
    </message>
    <message>
        <source>set start_tls = true there, or an ldaps:// url</source>
        <translation>setzen Sie dort start_tls = true, oder eine Adresse mit ldaps://</translation>
    </message>
    <message>
        <source>must be a list of: {text}, not {state}</source>
        <translation>muss eine Liste sein von: {text}; nicht {state}</translation>
    </message>
    <message>
        <source>is missing, and so are terminals and roles</source>
        <translation>fehlt, und terminals und roles auch</translation>
    </message>
    <message>
        <source>say whom the rule is for</source>
        <translation>sagen Sie, für wen die Regel gilt</translation>
    </message>
    <message>
        <source>is missing, and so is allow</source>
        <translation>fehlt, und allow auch</translation>
    </message>
    <message>
        <source>say what the rule is about</source>
        <translation>sagen Sie, worum es in der Regel geht</translation>
    </message>
    <message>
        <source>a list of codes</source>
        <translation>eine Liste von Codes</translation>
    </message>
    <message>
        <source>a list of codes, like {example}; the names are {text}</source>
        <translation>eine Liste von Codes, wie {example}; die Namen sind {text}</translation>
    </message>
    <message>
        <source>a list of what numbers begin with as they are dialled</source>
        <translation>eine Liste von Anfängen von Nummern, wie sie gewählt werden</translation>
    </message>
    <message>
        <source>a list of what numbers begin with</source>
        <translation>eine Liste von Anfängen von Nummern</translation>
    </message>
    <message>
        <source>a list of beginnings of numbers with their country</source>
        <translation>eine Liste von Anfängen von Nummern mit ihrem Land</translation>
    </message>
    <message>
        <source>a list of names, in quotes</source>
        <translation>eine Liste von Namen, in Anführungszeichen</translation>
    </message>
    <message>
        <source>a list of names</source>
        <translation>eine Liste von Namen</translation>
    </message>
    <message>
        <source>a list of users</source>
        <translation>eine Liste von Benutzern</translation>
    </message>
    <message>
        <source>a list of phones</source>
        <translation>eine Liste von Telefonen</translation>
    </message>
    <message>
        <source>a list of phones or groups</source>
        <translation>eine Liste von Telefonen oder Gruppen</translation>
    </message>
    <message>
        <source>a list of phones, like {example}, or {text}</source>
        <translation>eine Liste von Telefonen, wie {example}, oder {text}</translation>
    </message>
    <message>
        <source>a list of numbers or ranges</source>
        <translation>eine Liste von Nummern oder Bereichen</translation>
    </message>
    <message>
        <source>a list of days</source>
        <translation>eine Liste von Tagen</translation>
    </message>
    <message>
        <source>a list of days and times</source>
        <translation>eine Liste von Tagen und Zeiten</translation>
    </message>
    <message>
        <source>a list of addresses</source>
        <translation>eine Liste von Adressen</translation>
    </message>
    <message>
        <source>a list of addresses or networks</source>
        <translation>eine Liste von Adressen oder Netzen</translation>
    </message>
    <message>
        <source>a list of IPv6 networks</source>
        <translation>eine Liste von IPv6-Netzen</translation>
    </message>
    <message>
        <source>a list of header lines</source>
        <translation>eine Liste von Kopfzeilen</translation>
    </message>
    <message>
        <source>a list of: {text}</source>
        <translation>eine Liste von: {text}</translation>
    </message>
    <message>
        <source>a list of {text}</source>
        <translation>eine Liste von {text}</translation>
    </message>
    <message>
        <source>an attribute</source>
        <translation>ein Attribut</translation>
    </message>
    <message>
        <source>1 to {limit} characters</source>
        <translation>1 bis {limit} Zeichen</translation>
    </message>
    <message>
        <source>1 to {limit} characters without quotes</source>
        <translation>1 bis {limit} Zeichen ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>1 to {limit} letters, digits or . _ + - in quotes</source>
        <translation>1 bis {limit} Buchstaben, Ziffern oder . _ + - in Anführungszeichen</translation>
    </message>
    <message>
        <source>the name of an encoding</source>
        <translation>der Name einer Kodierung</translation>
    </message>
    <message>
        <source>letters and digits</source>
        <translation>Buchstaben und Ziffern</translation>
    </message>
    <message>
        <source>a name in quotes</source>
        <translation>ein Name in Anführungszeichen</translation>
    </message>
    <message>
        <source>a user at the PBX</source>
        <translation>ein Benutzer an der Telefonanlage</translation>
    </message>
    <message>
        <source>a user at the provider</source>
        <translation>ein Benutzer beim Anbieter</translation>
    </message>
    <message>
        <source>a domain</source>
        <translation>eine Domäne</translation>
    </message>
    <message>
        <source>a host</source>
        <translation>ein Host</translation>
    </message>
    <message>
        <source>a host&apos;s name</source>
        <translation>der Name eines Hosts</translation>
    </message>
    <message>
        <source>a number with its country</source>
        <translation>eine Nummer mit ihrem Land</translation>
    </message>
    <message>
        <source>a number that can be called, at most {limit} characters</source>
        <translation>eine Nummer, die angerufen werden kann, höchstens {limit} Zeichen</translation>
    </message>
    <message>
        <source>a code that begins with * or #</source>
        <translation>ein Code, der mit * oder # beginnt</translation>
    </message>
    <message>
        <source>a phone</source>
        <translation>ein Telefon</translation>
    </message>
    <message>
        <source>a phone, a number outside, or one of: {text}</source>
        <translation>ein Telefon, eine Nummer außen, oder eines von: {text}</translation>
    </message>
    <message>
        <source>digits like {example}</source>
        <translation>Ziffern wie {example}</translation>
    </message>
    <message>
        <source>up to {limit} letters, digits, dots and hyphens</source>
        <translation>bis zu {limit} Buchstaben, Ziffern, Punkte und Bindestriche</translation>
    </message>
    <message>
        <source>a number of {text} from {number} to {limit}, without quotes</source>
        <translation>eine Zahl ({text}) von {number} bis {limit}, ohne Anführungszeichen</translation>
    </message>
    <message>
        <source>is missing, and relay is &quot;{text}&quot; for trunk {name}</source>
        <translation>fehlt, und relay ist &quot;{text}&quot; beim Trunk {name}</translation>
    </message>
    <message>
        <source>is set, and switch.driver is {name}, which sees to media by itself</source>
        <translation>ist gesetzt, und switch.driver ist {name}, das selbst für die Medien sorgt</translation>
    </message>
    <message>
        <source>name a file that holds a long random word, or listen on 127.0.0.1</source>
        <translation>nennen Sie eine Datei mit einem langen zufälligen Wort, oder lauschen Sie auf 127.0.0.1</translation>
    </message>
    <message>
        <source>take it out, and set up the relay there</source>
        <translation>nehmen Sie es heraus, und richten Sie die Weiterleitung dort ein</translation>
    </message>
    <message>
        <source>is not a list of tables</source>
        <translation>ist keine Liste von Tabellen</translation>
    </message>
    <message>
        <source>what answers there is no Call Manager; correct its address and port</source>
        <translation>was dort antwortet, ist kein Call Manager; berichtigen Sie Adresse und Port</translation>
    </message>
    <message>
        <source>what answers there is no Call Manager; correct its address and port ({reason})</source>
        <translation>was dort antwortet, ist kein Call Manager; berichtigen Sie Adresse und Port ({reason})</translation>
    </message>
    <message>
        <source>it does not speak TLS there; correct the port, or use the address that its administrator tells</source>
        <translation>er spricht dort kein TLS; berichtigen Sie den Port, oder nehmen Sie die Adresse, die sein Administrator nennt</translation>
    </message>
    <message>
        <source>it does not answer; check its address, that the machine is on, and firewalls between</source>
        <translation>er antwortet nicht; prüfen Sie seine Adresse, ob der Computer an ist, und Firewalls dazwischen</translation>
    </message>
    <message>
        <source>nothing listens there; start it, or correct its address and port</source>
        <translation>dort lauscht nichts; starten Sie ihn, oder berichtigen Sie Adresse und Port</translation>
    </message>
    <message>
        <source>there is no way to that network from here; check the network cable, the Wi-Fi or the VPN</source>
        <translation>von hier führt kein Weg in dieses Netz; prüfen Sie Netzwerkkabel, WLAN oder VPN</translation>
    </message>
    <message>
        <source>it ended the connection at once; see its log</source>
        <translation>er hat die Verbindung sofort beendet; sehen Sie in sein Protokoll</translation>
    </message>
    <message>
        <source>its name cannot be looked up just now; check the network and its DNS server</source>
        <translation>sein Name lässt sich gerade nicht nachschlagen; prüfen Sie das Netzwerk und seinen DNS-Server</translation>
    </message>
    <message>
        <source>there is no machine of that name; correct it</source>
        <translation>es gibt keinen Computer dieses Namens; berichtigen Sie ihn</translation>
    </message>
    <message>
        <source>it has no room for more sessions just now; try again in a minute</source>
        <translation>er hat gerade keinen Platz für weitere Sitzungen; versuchen Sie es in einer Minute noch einmal</translation>
    </message>
</context>
<context>
    <name>formatting</name>
    <message>
        <source>On hold</source>
        <translation>Gehalten</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Your phone is ringing …</source>
        <translation>Ihr Telefon klingelt …</translation>
    </message>
    <message>
        <source>Picking up your phone …</source>
        <translation>Ihr Telefon wird abgehoben …</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>Es wird angerufen …</translation>
    </message>
    <message>
        <source>Ringing …</source>
        <translation>Es klingelt …</translation>
    </message>
    <message>
        <source>registered, but does not answer</source>
        <translation>registriert, antwortet aber nicht</translation>
    </message>
    <message>
        <source>wrong password, from {host}</source>
        <translation>falsches Kennwort, von {host}</translation>
    </message>
    <message>
        <source>Number withheld</source>
        <translation>Nummer unterdrückt</translation>
    </message>
    <message>
        <source>Unknown number</source>
        <translation>Unbekannte Nummer</translation>
    </message>
    <message>
        <source>1 missed call</source>
        <translation>1 verpasster Anruf</translation>
    </message>
    <message>
        <source>{number} missed calls</source>
        <translation>{number} verpasste Anrufe</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>Anruf beendet</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>Besetzt</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>Keine Antwort</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Cannot be reached</source>
        <translation>Nicht erreichbar</translation>
    </message>
    <message>
        <source>This number does not exist</source>
        <translation>Diese Nummer gibt es nicht</translation>
    </message>
    <message>
        <source>You may not call this number</source>
        <translation>Diese Nummer dürfen Sie nicht anrufen</translation>
    </message>
    <message>
        <source>Your phone is off or not registered</source>
        <translation>Ihr Telefon ist aus oder nicht registriert</translation>
    </message>
    <message>
        <source>Your phone was not picked up</source>
        <translation>Ihr Telefon wurde nicht abgehoben</translation>
    </message>
    <message>
        <source>The call failed</source>
        <translation>Der Anruf ist gescheitert</translation>
    </message>
    <message>
        <source>Answered at another phone</source>
        <translation>An einem anderen Telefon angenommen</translation>
    </message>
    <message>
        <source>Hung up before the answer</source>
        <translation>Vor der Antwort aufgelegt</translation>
    </message>
    <message>
        <source>Sent on</source>
        <translation>Umgeleitet</translation>
    </message>
    <message>
        <source>Transferred</source>
        <translation>Weiterverbunden</translation>
    </message>
    <message>
        <source>Parked</source>
        <translation>Geparkt</translation>
    </message>
</context>
<context>
    <name>phrases</name>
    <message>
        <source>{name} is calling</source>
        <translation>{name} ruft an</translation>
    </message>
    <message>
        <source>Your phone is ringing: pick it up</source>
        <translation>Ihr Telefon klingelt: heben Sie ab</translation>
    </message>
    <message>
        <source>Calling {name} …</source>
        <translation>{name} wird angerufen …</translation>
    </message>
    <message>
        <source>Ringing {name}</source>
        <translation>Es klingelt bei {name}</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>Gehalten</translation>
    </message>
    <message>
        <source>{name} has put you on hold</source>
        <translation>{name} hält Sie</translation>
    </message>
    <message>
        <source>In a conference</source>
        <translation>In einer Konferenz</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Missed: call back</source>
        <translation>Verpasst: zurückrufen</translation>
    </message>
    <message>
        <source>Missed call</source>
        <translation>Verpasster Anruf</translation>
    </message>
    <message>
        <source>The phone {number} does not answer</source>
        <translation>Das Telefon {number} antwortet nicht</translation>
    </message>
    <message>
        <source>{name}&apos;s phone ({number}) does not answer</source>
        <translation>Das Telefon von {name} ({number}) antwortet nicht</translation>
    </message>
    <message>
        <source>The phone {number} is not registered</source>
        <translation>Das Telefon {number} ist nicht registriert</translation>
    </message>
    <message>
        <source>{name}&apos;s phone ({number}) is not registered</source>
        <translation>Das Telefon von {name} ({number}) ist nicht registriert</translation>
    </message>
    <message>
        <source>Asking first</source>
        <translation>Erst fragen</translation>
    </message>
    <message>
        <source>Outgoing call</source>
        <translation>Ausgehender Anruf</translation>
    </message>
    <message>
        <source>Incoming call</source>
        <translation>Ankommender Anruf</translation>
    </message>
    <message>
        <source>Forwarded by {name}</source>
        <translation>Weitergeleitet von {name}</translation>
    </message>
    <message>
        <source>Forwarded by {name}, who is busy</source>
        <translation>Weitergeleitet von {name}, wo besetzt ist</translation>
    </message>
    <message>
        <source>Forwarded by {name}, who does not answer</source>
        <translation>Weitergeleitet von {name}, wo niemand abnimmt</translation>
    </message>
    <message>
        <source>Sent on by {name}</source>
        <translation>Weitergeschickt von {name}</translation>
    </message>
    <message>
        <source>Transferred by {name}</source>
        <translation>Übergeben von {name}</translation>
    </message>
    <message>
        <source>Picked up for {name}</source>
        <translation>Herangeholt für {name}</translation>
    </message>
    <message>
        <source>Rings back: the call was parked or on hold</source>
        <translation>Ruft zurück: der Anruf war geparkt oder gehalten</translation>
    </message>
    <message>
        <source>{name} is busy</source>
        <translation>Bei {name} ist besetzt</translation>
    </message>
    <message>
        <source>{name} does not answer</source>
        <translation>{name} nimmt nicht ab</translation>
    </message>
    <message>
        <source>{name} has declined</source>
        <translation>{name} hat abgelehnt</translation>
    </message>
    <message>
        <source>{name} cannot be reached</source>
        <translation>{name} ist nicht erreichbar</translation>
    </message>
    <message>
        <source>You may not call this number: ask your administrator</source>
        <translation>Diese Nummer dürfen Sie nicht anrufen: Fragen Sie Ihren Administrator</translation>
    </message>
    <message>
        <source>Your phone is off or not registered: check it</source>
        <translation>Ihr Telefon ist aus oder nicht registriert: Sehen Sie nach</translation>
    </message>
    <message>
        <source>Your phone hung up before {name} answered</source>
        <translation>Ihr Telefon hat aufgelegt, bevor {name} abnahm</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>Anruf beendet</translation>
    </message>
    <message>
        <source>Answered by {target}</source>
        <translation>Angenommen von {target}</translation>
    </message>
    <message>
        <source>Sent on to {target}</source>
        <translation>Umgeleitet an {target}</translation>
    </message>
    <message>
        <source>Transferred to {target}</source>
        <translation>Weiterverbunden mit {target}</translation>
    </message>
    <message>
        <source>Parked: {target}</source>
        <translation>Geparkt: {target}</translation>
    </message>
</context>
<context>
    <name>presence</name>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
    <message>
        <source>Ringing</source>
        <translation>Klingelt</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>Im Gespräch</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>Nicht stören</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
</context>
<context>
    <name>refusals</name>
    <message>
        <source>This number cannot be called from your phone.</source>
        <translation>Diese Nummer kann von Ihrem Telefon nicht angerufen werden.</translation>
    </message>
    <message>
        <source>You may not call this number. Ask your administrator.</source>
        <translation>Diese Nummer dürfen Sie nicht anrufen. Fragen Sie Ihren Administrator.</translation>
    </message>
    <message>
        <source>You have no phone here. Ask your administrator.</source>
        <translation>Sie haben hier kein Telefon. Fragen Sie Ihren Administrator.</translation>
    </message>
    <message>
        <source>Your phone is off or not registered. Check it.</source>
        <translation>Ihr Telefon ist aus oder nicht registriert. Prüfen Sie es.</translation>
    </message>
    <message>
        <source>Your phone is in a call. End it first.</source>
        <translation>Ihr Telefon ist im Gespräch. Beenden Sie es zuerst.</translation>
    </message>
    <message>
        <source>This call has already ended.</source>
        <translation>Dieser Anruf ist schon beendet.</translation>
    </message>
    <message>
        <source>You are not logged in. Check user and password.</source>
        <translation>Sie sind nicht angemeldet. Prüfen Sie Benutzer und Kennwort.</translation>
    </message>
    <message>
        <source>The Call Manager is busy. Try again in a moment.</source>
        <translation>Der Call Manager ist ausgelastet. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The Call Manager cannot be reached. Trying again.</source>
        <translation>Der Call Manager ist nicht erreichbar. Neuer Versuch.</translation>
    </message>
    <message>
        <source>This telephone system cannot do that. Do it at the phone.</source>
        <translation>Diese Telefonanlage kann das nicht. Tun Sie es am Telefon.</translation>
    </message>
    <message>
        <source>That is not possible just now. Try again in a moment.</source>
        <translation>Das geht gerade nicht. Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The Call Manager does not understand this Offhook. Update both to the same version.</source>
        <translation>Der Call Manager versteht dieses Offhook nicht. Bringen Sie beide auf dieselbe Version.</translation>
    </message>
    <message>
        <source>The Call Manager failed. Try again; if it stays so, ask your administrator.</source>
        <translation>Der Call Manager ist gescheitert. Versuchen Sie es noch einmal; bleibt es so, fragen Sie Ihren Administrator.</translation>
    </message>
    <message>
        <source>That did not work. Try again, or do it at the phone.</source>
        <translation>Das hat nicht geklappt. Versuchen Sie es noch einmal, oder tun Sie es am Telefon.</translation>
    </message>
    <message>
        <source>There is no call to take.</source>
        <translation>Es ist kein Anruf da, der zu übernehmen wäre.</translation>
    </message>
    <message>
        <source>You may not do that. Ask your administrator.</source>
        <translation>Das dürfen Sie nicht. Fragen Sie Ihren Administrator.</translation>
    </message>
    <message>
        <source>This call cannot be ended from here. Hang up at the phone.</source>
        <translation>Dieser Anruf kann von hier nicht beendet werden. Legen Sie am Telefon auf.</translation>
    </message>
    <message>
        <source>This is not a number that can be dialled.</source>
        <translation>Das ist keine Nummer, die gewählt werden kann.</translation>
    </message>
    <message>
        <source>Nothing in {part} can be dialled; give a number, like 4001</source>
        <translation>In {part} ist nichts zu wählen; geben Sie eine Nummer an, etwa 4001</translation>
    </message>
    <message>
        <source>{part} is not a number; give the number alone, like 4001 or +82 2 568 3848</source>
        <translation>{part} ist keine Nummer; geben Sie nur die Nummer an, etwa 4001 oder +82 2 568 3848</translation>
    </message>
    <message>
        <source>{part} is not a telephone number; give the number alone</source>
        <translation>{part} ist keine Telefonnummer; geben Sie nur die Nummer an</translation>
    </message>
    <message>
        <source>{part} in front of {beside} is not understood; give the number alone</source>
        <translation>{part} vor {beside} ist nicht zu verstehen; geben Sie nur die Nummer an</translation>
    </message>
    <message>
        <source>{part} behind {beside} is not understood; give the number alone</source>
        <translation>{part} hinter {beside} ist nicht zu verstehen; geben Sie nur die Nummer an</translation>
    </message>
    <message>
        <source>{part} has {beside} in front of the number; give the number alone</source>
        <translation>{part} hat {beside} vor der Nummer; geben Sie nur die Nummer an</translation>
    </message>
    <message>
        <source>{part} may be one number or two; give one of them, without the other</source>
        <translation>{part} kann eine Nummer sein oder zwei; geben Sie eine davon an, ohne die andere</translation>
    </message>
    <message>
        <source>{part} behind {beside} may be the rest of the number; write it in one line</source>
        <translation>{part} hinter {beside} kann der Rest der Nummer sein; schreiben Sie sie in eine Zeile</translation>
    </message>
    <message>
        <source>{part} is an extension that this company does not have; give the whole number</source>
        <translation>{part} ist eine Nebenstelle, die diese Firma nicht hat; geben Sie die ganze Nummer an</translation>
    </message>
    <message>
        <source>{part} is written like a number with letters, but is none in this country</source>
        <translation>{part} ist wie eine Nummer mit Buchstaben geschrieben, in diesem Land aber keine</translation>
    </message>
    <message>
        <source>{part} has a + within; give one number alone</source>
        <translation>{part} hat ein + mittendrin; geben Sie nur eine Nummer an</translation>
    </message>
    <message>
        <source>{part} begins with + and a 0, but no country&apos;s code does</source>
        <translation>{part} beginnt mit + und einer 0, aber das tut keine Landesvorwahl</translation>
    </message>
    <message>
        <source>{part} mixes + with * or #; write it as it is dialled</source>
        <translation>{part} mischt + mit * oder #; schreiben Sie es so, wie es gewählt wird</translation>
    </message>
    <message>
        <source>{part} has more digits than a telephone number</source>
        <translation>{part} hat mehr Ziffern als eine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} has more digits than a number; give one number alone</source>
        <translation>{part} hat mehr Ziffern als eine Nummer; geben Sie nur eine Nummer an</translation>
    </message>
    <message>
        <source>A number has at most {limit} digits; shorten it</source>
        <translation>Eine Nummer hat höchstens {limit} Ziffern; kürzen Sie sie</translation>
    </message>
    <message>
        <source>A text has at most {limit} characters; shorten it</source>
        <translation>Ein Text hat höchstens {limit} Zeichen; kürzen Sie ihn</translation>
    </message>
    <message>
        <source>{part} is a link that holds no telephone number; give the number itself</source>
        <translation>{part} ist ein Link ohne Telefonnummer; geben Sie die Nummer selbst an</translation>
    </message>
    <message>
        <source>{part} is not a number; dial the person&apos;s number</source>
        <translation>{part} ist keine Nummer; wählen Sie die Nummer der Person</translation>
    </message>
    <message>
        <source>{part} is a host, not a number; dial the person&apos;s number</source>
        <translation>{part} ist ein Rechner, keine Nummer; wählen Sie die Nummer der Person</translation>
    </message>
    <message>
        <source>{part} has two contexts for one number; give the whole number</source>
        <translation>{part} hat zwei Kontexte für eine Nummer; geben Sie die ganze Nummer an</translation>
    </message>
    <message>
        <source>{part} is no context for a number; give the whole number, like +82 2 568 3848</source>
        <translation>{part} ist kein Kontext für eine Nummer; geben Sie die ganze Nummer an, etwa +82 2 568 3848</translation>
    </message>
    <message>
        <source>{part} has signs that were lost on the way (its encoding); write the number anew</source>
        <translation>{part} hat Zeichen, die unterwegs verloren gingen (die Kodierung); schreiben Sie die Nummer neu</translation>
    </message>
    <message>
        <source>{part} is an e-mail address, not a number; dial the person&apos;s number</source>
        <translation>{part} ist eine E-Mail-Adresse, keine Nummer; wählen Sie die Nummer der Person</translation>
    </message>
    <message>
        <source>{part} is a user at a host, not a number; dial the person&apos;s number</source>
        <translation>{part} ist ein Benutzer auf einem Rechner, keine Nummer; wählen Sie die Nummer der Person</translation>
    </message>
    <message>
        <source>{part} is an amount of money ({beside}), not a telephone number</source>
        <translation>{part} ist ein Geldbetrag ({beside}), keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is an amount, not a telephone number</source>
        <translation>{part} ist ein Betrag, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is an IP address, not a telephone number</source>
        <translation>{part} ist eine IP-Adresse, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is a hardware or IP address, not a telephone number</source>
        <translation>{part} ist eine Hardware- oder IP-Adresse, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is a date, not a telephone number</source>
        <translation>{part} ist ein Datum, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} has a time or a port in it; give the number alone</source>
        <translation>{part} hat eine Uhrzeit oder einen Port darin; geben Sie nur die Nummer an</translation>
    </message>
    <message>
        <source>{part} is written like the number of a card; give the telephone number alone</source>
        <translation>{part} ist wie die Nummer einer Karte geschrieben; geben Sie nur die Telefonnummer an</translation>
    </message>
    <message>
        <source>{part} is a person&apos;s, a company&apos;s or a postal number, not a telephone number</source>
        <translation>{part} ist die Nummer einer Person, einer Firma oder eine Postleitzahl, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is a number as a spreadsheet shortens it: its last digits are lost</source>
        <translation>{part} ist eine Nummer, wie eine Tabelle sie kürzt: die letzten Ziffern fehlen</translation>
    </message>
    <message>
        <source>{part} has a spreadsheet&apos;s decimals at its end; give the number without them</source>
        <translation>{part} hat am Ende die Dezimalstellen einer Tabelle; geben Sie die Nummer ohne sie an</translation>
    </message>
    <message>
        <source>{part} is a place on the map, not a telephone number</source>
        <translation>{part} ist ein Ort auf der Karte, keine Telefonnummer</translation>
    </message>
    <message>
        <source>{part} is the number of a version or a chapter, not a telephone number</source>
        <translation>{part} ist die Nummer einer Version oder eines Kapitels, keine Telefonnummer</translation>
    </message>
</context>
<context>
    <name>steps</name>
    <message>
        <source>subaddress, name or another line; left out</source>
        <translation>Unteradresse, Name oder eine weitere Zeile; weggelassen</translation>
    </message>
    <message>
        <source>in plain signs</source>
        <translation>in einfachen Zeichen</translation>
    </message>
    <message>
        <source>a link; its number is read</source>
        <translation>ein Link; seine Nummer wird gelesen</translation>
    </message>
    <message>
        <source>the link&apos;s phone-context goes before it</source>
        <translation>der phone-context des Links kommt davor</translation>
    </message>
    <message>
        <source>parameters that change nothing; left out</source>
        <translation>Parameter, die nichts ändern; weggelassen</translation>
    </message>
    <message>
        <source>words in front; left out</source>
        <translation>Wörter davor; weggelassen</translation>
    </message>
    <message>
        <source>the word for an extension: dialled inside</source>
        <translation>das Wort für eine Nebenstelle: intern gewählt</translation>
    </message>
    <message>
        <source>a note; left out</source>
        <translation>eine Anmerkung; weggelassen</translation>
    </message>
    <message>
        <source>an extension, dialled by hand after the answer; left out</source>
        <translation>eine Durchwahl, die nach der Antwort von Hand gewählt wird; weggelassen</translation>
    </message>
    <message>
        <source>another number; left out</source>
        <translation>eine weitere Nummer; weggelassen</translation>
    </message>
    <message>
        <source>keyed after the answer; left out</source>
        <translation>nach der Antwort getippt; weggelassen</translation>
    </message>
    <message>
        <source>dial modifiers; left out</source>
        <translation>Wählzeichen; weggelassen</translation>
    </message>
    <message>
        <source>letters as on the keypad</source>
        <translation>Buchstaben wie auf den Tasten</translation>
    </message>
    <message>
        <source>the number</source>
        <translation>die Nummer</translation>
    </message>
    <message>
        <source>a phone, dialled by its name</source>
        <translation>ein Telefon, mit seinem Namen gewählt</translation>
    </message>
    <message>
        <source>a feature code, dialled as it is</source>
        <translation>eine Kennziffer, gewählt, wie sie ist</translation>
    </message>
    <message>
        <source>an extension of the company, dialled as it is</source>
        <translation>eine Nebenstelle der Firma, gewählt, wie sie ist</translation>
    </message>
    <message>
        <source>a number of the own country, as it is dialled there</source>
        <translation>eine Nummer des eigenen Landes, wie sie dort gewählt wird</translation>
    </message>
    <message>
        <source>a local number, with the area code</source>
        <translation>eine Ortsnummer, mit der Vorwahl</translation>
    </message>
    <message>
        <source>a number of another country, with the international prefix</source>
        <translation>eine Nummer eines anderen Landes, mit der internationalen Vorwahl</translation>
    </message>
    <message>
        <source>no number that the country knows; dialled as it is</source>
        <translation>keine Nummer, die das Land kennt; gewählt, wie sie ist</translation>
    </message>
    <message>
        <source>with what gets an outside line</source>
        <translation>mit dem, was ein Amt holt</translation>
    </message>
    <message>
        <source>has what gets an outside line already</source>
        <translation>hat schon, was ein Amt holt</translation>
    </message>
</context>
<context>
    <name>suggestions</name>
    <message>
        <source>Work</source>
        <translation>Arbeit</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>Mobil</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Privat</translation>
    </message>
    <message>
        <source>IP phone</source>
        <translation>IP-Telefon</translation>
    </message>
    <message>
        <source>People</source>
        <translation>Personen</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>Telefone</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Nummer</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Verpasst</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>Ausgehend</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>Ankommend</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number} anrufen</translation>
    </message>
    <message>
        <source>dials {number}</source>
        <translation>wählt {number}</translation>
    </message>
</context>
<context>
    <name>trunks</name>
    <message>
        <source>the provider does not answer</source>
        <translation>der Anbieter antwortet nicht</translation>
    </message>
    <message>
        <source>it is not registered yet</source>
        <translation>es ist noch nicht angemeldet</translation>
    </message>
    <message>
        <source>the provider refuses the account ({reason})</source>
        <translation>der Anbieter lehnt das Konto ab ({reason})</translation>
    </message>
    <message>
        <source>as many calls as are allowed at a time are up</source>
        <translation>es gibt schon so viele Gespräche, wie zugleich erlaubt sind</translation>
    </message>
    <message>
        <source>as many calls as are allowed in an hour have gone out</source>
        <translation>so viele Anrufe, wie in einer Stunde erlaubt sind, sind schon hinausgegangen</translation>
    </message>
    <message>
        <source>the minutes of today are used up, until midnight</source>
        <translation>die Minuten für heute sind verbraucht, bis Mitternacht</translation>
    </message>
</context>
<context>
    <name>tsp</name>
    <message>
        <source>The TAPI service provider is for Windows only</source>
        <translation>Den TAPI-Dienstanbieter gibt es nur für Windows</translation>
    </message>
    <message>
        <source>Windows did not allow it. Ask your administrator.</source>
        <translation>Windows hat es nicht erlaubt. Fragen Sie Ihren Administrator.</translation>
    </message>
    <message>
        <source>It failed. Run “offhook tsp status” in a command window to see why.</source>
        <translation>Es ist fehlgeschlagen. „offhook tsp status“ in einer Eingabeaufforderung sagt, warum.</translation>
    </message>
    <message>
        <source>The TAPI service provider is installed.</source>
        <translation>Der TAPI-Dienstanbieter ist installiert.</translation>
    </message>
    <message>
        <source>The TAPI service provider is removed.</source>
        <translation>Der TAPI-Dienstanbieter ist entfernt.</translation>
    </message>
</context>
</TS>
