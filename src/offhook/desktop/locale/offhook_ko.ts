<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR">
<context>
    <name>About</name>
    <message>
        <source>About Offhook</source>
        <translation>Offhook 정보</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>진단</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>복사(&amp;C)</translation>
    </message>
    <message>
        <source>Look for &amp;faults</source>
        <translation>문제 찾기(&amp;F)</translation>
    </message>
    <message>
        <source>Click-to-dial on open standards. For help, copy this:</source>
        <translation>개방형 표준 위의 클릭 투 다이얼. 도움이 필요하면 아래 내용을 복사하십시오.</translation>
    </message>
    <message>
        <source>Looking for faults …</source>
        <translation>문제를 찾는 중 …</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>복사됨</translation>
    </message>
    <message>
        <source>It could not be done. Run “{command}” in a command window.</source>
        <translation>실행하지 못했습니다. 명령 창에서 “{command}”을(를) 실행하십시오.</translation>
    </message>
</context>
<context>
    <name>AccountPage</name>
    <message>
        <source>Log in</source>
        <translation>로그인</translation>
    </message>
    <message>
        <source>The user and password that your administrator gave you.</source>
        <translation>관리자에게 받은 사용자 이름과 암호를 입력하십시오.</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>사용자(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>암호(&amp;P)</translation>
    </message>
</context>
<context>
    <name>AddDeskPhone</name>
    <message>
        <source>It stands on the phone&apos;s back, and on its box.</source>
        <translation>전화기 뒷면과 상자에 적혀 있습니다.</translation>
    </message>
    <message>
        <source>Let it in at once, for &amp;ten minutes</source>
        <translation>바로 10분 동안 허용(&amp;T)</translation>
    </message>
    <message>
        <source>A&amp;dd</source>
        <translation>추가(&amp;D)</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>취소(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;MAC address</source>
        <translation>MAC 주소(&amp;M)</translation>
    </message>
    <message>
        <source>M&amp;odel</source>
        <translation>모델(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Whose it is</source>
        <translation>누구의 전화기(&amp;W)</translation>
    </message>
</context>
<context>
    <name>AddPhone</name>
    <message>
        <source>A&amp;dd</source>
        <translation>추가(&amp;D)</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>취소(&amp;N)</translation>
    </message>
    <message>
        <source>E&amp;xtension</source>
        <translation>내선 번호(&amp;X)</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>이름(&amp;M)</translation>
    </message>
    <message>
        <source>There is a phone with this extension already. Take another one.</source>
        <translation>이 내선 번호의 전화기가 이미 있습니다. 다른 번호를 쓰십시오.</translation>
    </message>
    <message>
        <source>This is no extension. Take digits, like 4000, or letters and digits.</source>
        <translation>내선 번호가 아닙니다. 4000처럼 숫자나, 글자와 숫자를 쓰십시오.</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>Saved, and in effect.</source>
        <translation>저장되어 적용 중입니다.</translation>
    </message>
    <message>
        <source>Saved. Start the Call Manager anew (offhook up), so that it knows the phone.</source>
        <translation>저장했습니다. Call Manager가 이 전화기를 알도록 다시 시작하십시오(offhook up).</translation>
    </message>
    <message>
        <source>The Call Manager refused the login. Check user and password.</source>
        <translation>Call Manager가 로그인을 거부했습니다. 사용자와 암호를 확인하십시오.</translation>
    </message>
    <message>
        <source>Saved. It takes effect once you have saved or undone the changes on: {pages}</source>
        <translation>저장했습니다. 다음의 변경을 저장하거나 되돌리면 적용됩니다: {pages}</translation>
    </message>
    <message>
        <source>The settings take effect when Offhook restarts, after the calls.</source>
        <translation>설정은 통화가 끝난 뒤 Offhook이 다시 시작될 때 적용됩니다.</translation>
    </message>
    <message>
        <source>Saved. It takes effect after the calls.</source>
        <translation>저장했습니다. 통화가 끝나면 적용됩니다.</translation>
    </message>
</context>
<context>
    <name>AppearancePage</name>
    <message>
        <source>Appearance</source>
        <translation>모양</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>시스템 설정대로</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>Show &amp;incoming calls as well</source>
        <translation>걸려 오는 전화도 표시(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Start when I log in to the computer</source>
        <translation>컴퓨터에 로그인할 때 시작(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>모양(&amp;A)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>언어(&amp;G)</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>언어는 다음에 시작할 때 바뀝니다.</translation>
    </message>
</context>
<context>
    <name>AskingPage</name>
    <message>
        <source>One moment …</source>
        <translation>잠시만 기다리십시오 …</translation>
    </message>
</context>
<context>
    <name>BrokenConfiguration</name>
    <message>
        <source>Offhook cannot start</source>
        <translation>Offhook을 시작할 수 없음</translation>
    </message>
    <message>
        <source>Something in the settings has to be corrected first:</source>
        <translation>먼저 설정을 바로잡아야 합니다.</translation>
    </message>
    <message>
        <source>Open &amp;settings</source>
        <translation>설정 열기(&amp;S)</translation>
    </message>
    <message>
        <source>Open &amp;file</source>
        <translation>파일 열기(&amp;F)</translation>
    </message>
    <message>
        <source>Try &amp;again</source>
        <translation>다시 시도(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message>
        <source>Answered by {name}</source>
        <translation>{name} 님이 받음</translation>
    </message>
    <message>
        <source>Call again when it is switched on and connected.</source>
        <translation>전화기가 켜지고 연결되면 다시 거십시오.</translation>
    </message>
    <message>
        <source>{name} waits on hold</source>
        <translation>{name} 님은 보류 중</translation>
    </message>
    <message>
        <source>Hanging up …</source>
        <translation>끊는 중 …</translation>
    </message>
</context>
<context>
    <name>CallList</name>
    <message>
        <source>Calls</source>
        <translation>통화</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} 복사</translation>
    </message>
    <message>
        <source>All calls with {name}</source>
        <translation>{name}와(과)의 모든 통화</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>즐겨찾기</translation>
    </message>
</context>
<context>
    <name>CallPopup</name>
    <message>
        <source>Hide</source>
        <translation>숨기기</translation>
    </message>
    <message>
        <source>Hide this; the call goes on</source>
        <translation>이 창을 숨깁니다. 통화는 계속됩니다</translation>
    </message>
</context>
<context>
    <name>CallProgress</name>
    <message>
        <source>Call progress: {state}</source>
        <translation>통화 진행: {state}</translation>
    </message>
</context>
<context>
    <name>CallRows</name>
    <message>
        <source>Today</source>
        <translation>오늘</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>어제</translation>
    </message>
    <message>
        <source>also {times}</source>
        <translation>그 밖에 {times}</translation>
    </message>
</context>
<context>
    <name>CallStrip</name>
    <message>
        <source>Calls that are up</source>
        <translation>진행 중인 통화</translation>
    </message>
</context>
<context>
    <name>CardButtons</name>
    <message>
        <source>&amp;Close</source>
        <translation>닫기(&amp;C)</translation>
    </message>
    <message>
        <source>Call &amp;back</source>
        <translation>다시 전화하기(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Redial</source>
        <translation>다시 걸기(&amp;R)</translation>
    </message>
</context>
<context>
    <name>ConfigurationFile</name>
    <message>
        <source>All these settings are stored in {file}. It may have more than is shown here: see docs/configuration.md. As it was before the last change it lies beside it, as {backup}.</source>
        <translation>모든 설정은 {file}에 저장됩니다. 여기에 보이지 않는 설정도 있을 수 있습니다(docs/configuration.md 참조). 마지막 변경 전의 내용은 같은 폴더에 {backup}(으)로 남습니다.</translation>
    </message>
    <message>
        <source>Open the &amp;folder</source>
        <translation>폴더 열기(&amp;F)</translation>
    </message>
</context>
<context>
    <name>ContactList</name>
    <message>
        <source>People</source>
        <translation>사람</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} 복사</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>즐겨찾기</translation>
    </message>
</context>
<context>
    <name>Contacts</name>
    <message>
        <source>Person</source>
        <translation>사람</translation>
    </message>
    <message>
        <source>Nobody here has this number. Return: {call}</source>
        <translation>여기에는 이 번호를 가진 사람이 없습니다. Enter: {call}</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>{text}(이)라는 사람이 없습니다. 이 중에 있습니까?</translation>
    </message>
    <message>
        <source>The first {number} are shown. Type further.</source>
        <translation>처음 {number}명만 표시됩니다. 더 입력하십시오.</translation>
    </message>
    <message>
        <source>No directory is set up. Add one in Settings, Directory.</source>
        <translation>주소록이 설정되지 않았습니다. 설정의 주소록에서 추가하십시오.</translation>
    </message>
    <message>
        <source>{name} cannot be read now: {reason}</source>
        <translation>{name}을(를) 지금 읽을 수 없습니다: {reason}</translation>
    </message>
    <message>
        <source>The directory has not been read yet, or nobody is in it.</source>
        <translation>주소록을 아직 읽지 않았거나 주소록에 아무도 없습니다.</translation>
    </message>
    <message>
        <source>Below are your favourites, the last calls, and the phones here.</source>
        <translation>아래는 즐겨찾기, 최근 통화, 이곳의 전화기입니다.</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type less of it.</source>
        <translation>찾지 못했습니다. 철자를 확인하거나 더 짧게 입력하십시오.</translation>
    </message>
</context>
<context>
    <name>CountryEdit</name>
    <message>
        <source>All countries</source>
        <translation>모든 국가</translation>
    </message>
</context>
<context>
    <name>DeskPhonesPage</name>
    <message>
        <source>Desk phones</source>
        <translation>책상 전화기</translation>
    </message>
    <message>
        <source>Show the add&amp;ress</source>
        <translation>주소 표시(&amp;R)</translation>
    </message>
    <message>
        <source>Re&amp;start</source>
        <translation>다시 시작(&amp;S)</translation>
    </message>
    <message>
        <source>Remo&amp;ve</source>
        <translation>제거(&amp;V)</translation>
    </message>
    <message>
        <source>Add a desk &amp;phone</source>
        <translation>책상 전화기 추가(&amp;P)</translation>
    </message>
    <message>
        <source>Who first asks there becomes this phone. Show it to nobody else.</source>
        <translation>그 주소로 먼저 요청하는 쪽이 이 전화기가 됩니다. 다른 사람에게 보이지 마십시오.</translation>
    </message>
    <message>
        <source>QR code of the address, for Linphone</source>
        <translation>Linphone용 주소 QR 코드</translation>
    </message>
    <message>
        <source>Secret address</source>
        <translation>비밀 주소</translation>
    </message>
    <message>
        <source>Cop&amp;y</source>
        <translation>복사(&amp;Y)</translation>
    </message>
    <message>
        <source>The desk phones are shown as soon as the Call Manager can be reached.</source>
        <translation>Call Manager에 연결되면 책상 전화기가 표시됩니다.</translation>
    </message>
    <message>
        <source>Desk phones that set themselves up are shown to administrators only.</source>
        <translation>스스로 설정하는 책상 전화기는 관리자에게만 표시됩니다.</translation>
    </message>
    <message>
        <source>No desk phone sets itself up here. How they would: [provisioning] of the Call Manager&apos;s configuration.</source>
        <translation>여기에는 스스로 설정하는 책상 전화기가 없습니다. 쓰려면 Call Manager 설정의 [provisioning]을 보십시오.</translation>
    </message>
    <message>
        <source>The desk phones cannot be read just now.</source>
        <translation>지금은 책상 전화기를 읽을 수 없습니다.</translation>
    </message>
    <message>
        <source>A desk phone sets itself up once it was added here and is plugged in.</source>
        <translation>여기에 추가하고 연결하면 책상 전화기가 스스로 설정합니다.</translation>
    </message>
    <message>
        <source>The first {shown} of {count} phones that set themselves up:</source>
        <translation>스스로 설정하는 전화기 {count}대 가운데 처음 {shown}대:</translation>
    </message>
    <message>
        <source>These phones set themselves up:</source>
        <translation>스스로 설정하는 전화기:</translation>
    </message>
    <message>
        <source>&amp;Let in no more</source>
        <translation>허용 끝내기(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Let in</source>
        <translation>허용(&amp;L)</translation>
    </message>
    <message>
        <source>{host} asked for its settings as well, {when}, and got nothing.</source>
        <translation>{when}에 {host}도 설정을 요청했지만 받지 못했습니다.</translation>
    </message>
    <message>
        <source>It has not fetched its settings yet.</source>
        <translation>아직 설정을 받아 가지 않았습니다.</translation>
    </message>
    <message>
        <source>It has fetched its settings {when}, from {host}.</source>
        <translation>{when}에 {host}에서 설정을 받아 갔습니다.</translation>
    </message>
    <message>
        <source>It has registered by them {when}.</source>
        <translation>{when}에 그 설정으로 등록했습니다.</translation>
    </message>
    <message>
        <source>It is let in by its secret address until {when}.</source>
        <translation>{when}까지 비밀 주소로 허용됩니다.</translation>
    </message>
    <message>
        <source>It is let in until {when}: plug it in, or restart it.</source>
        <translation>{when}까지 허용됩니다. 전화기를 연결하거나 다시 시작하십시오.</translation>
    </message>
    <message>
        <source>Plug it in now, or restart it: who first asks for its settings gets them.</source>
        <translation>지금 전화기를 연결하거나 다시 시작하십시오. 먼저 설정을 요청하는 쪽이 받습니다.</translation>
    </message>
    <message>
        <source>Telling the phone …</source>
        <translation>전화기에 알리는 중 …</translation>
    </message>
    <message>
        <source>The phone starts anew.</source>
        <translation>전화기가 다시 시작합니다.</translation>
    </message>
    <message>
        <source>Remove {phone}? Its password is good for nothing any more: it cannot register.</source>
        <translation>{phone}을(를) 제거할까요? 비밀번호가 더는 통하지 않아 등록할 수 없습니다.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
    <message>
        <source>Removed.</source>
        <translation>제거했습니다.</translation>
    </message>
    <message>
        <source>Added. Plug it in now.</source>
        <translation>추가했습니다. 지금 연결하십시오.</translation>
    </message>
    <message>
        <source>Added. Let it in when it is plugged in.</source>
        <translation>추가했습니다. 연결할 때 허용하십시오.</translation>
    </message>
</context>
<context>
    <name>DialBox</name>
    <message>
        <source>Name or number</source>
        <translation>이름 또는 번호</translation>
    </message>
    <message>
        <source>Name or number to call</source>
        <translation>전화할 이름 또는 번호</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Empty the line</source>
        <translation>입력 지우기</translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation>전화 걸기(&amp;C)</translation>
    </message>
    <message>
        <source>There are more. Type further to find them.</source>
        <translation>더 있습니다. 이어서 입력하면 찾을 수 있습니다.</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type a number.</source>
        <translation>찾은 사람이 없습니다. 철자를 확인하거나 번호를 입력하세요.</translation>
    </message>
    <message>
        <source>Your calls will stand here. Type a name or a number above.</source>
        <translation>통화 내역이 여기에 나타납니다. 위에 이름이나 번호를 입력하세요.</translation>
    </message>
    <message>
        <source>Several people match. Choose one with the arrow keys.</source>
        <translation>여러 사람이 일치합니다. 화살표 키로 고르십시오.</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>{text}(이)라는 사람이 없습니다. 이 중에 있습니까?</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>전화 거는 중 …</translation>
    </message>
    <message>
        <source>Copied: {number}</source>
        <translation>복사함: {number}</translation>
    </message>
</context>
<context>
    <name>DialConfirmation</name>
    <message>
        <source>Call this number?</source>
        <translation>이 번호로 전화할까요?</translation>
    </message>
    <message>
        <source>A link asks for this call: {address}</source>
        <translation>링크가 이 통화를 요청합니다: {address}</translation>
    </message>
    <message>
        <source>&amp;Always dial links without asking</source>
        <translation>링크는 항상 묻지 않고 걸기(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Call</source>
        <translation>전화 걸기(&amp;C)</translation>
    </message>
    <message>
        <source>Do &amp;not call</source>
        <translation>걸지 않기(&amp;N)</translation>
    </message>
</context>
<context>
    <name>DialRequests</name>
    <message>
        <source>Nothing is selected. Select a number, or copy one, first.</source>
        <translation>선택한 것이 없습니다. 먼저 번호를 선택하거나 복사하십시오.</translation>
    </message>
    <message>
        <source>The clipboard holds no number. Copy one first.</source>
        <translation>클립보드에 번호가 없습니다. 먼저 번호를 복사하십시오.</translation>
    </message>
    <message>
        <source>This is not a number that can be called: {text}</source>
        <translation>걸 수 있는 번호가 아닙니다: {text}</translation>
    </message>
</context>
<context>
    <name>Favourites</name>
    <message>
        <source>Favourites</source>
        <translation>즐겨찾기</translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>간단히 보기</translation>
    </message>
    <message>
        <source>Show all {number}</source>
        <translation>{number}명 모두 보기</translation>
    </message>
</context>
<context>
    <name>FirstRunWizard</name>
    <message>
        <source>Set up Offhook</source>
        <translation>Offhook 설정</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>돌아가기(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>다음(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation>마침(&amp;F)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>ForwardingDialog</name>
    <message>
        <source>Forward calls</source>
        <translation>착신 전환</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>이름 또는 번호</translation>
    </message>
    <message>
        <source>&amp;Always</source>
        <translation>항상(&amp;A)</translation>
    </message>
    <message>
        <source>While I am in a &amp;call</source>
        <translation>통화 중일 때(&amp;C)</translation>
    </message>
    <message>
        <source>If I do &amp;not answer</source>
        <translation>받지 않을 때(&amp;N)</translation>
    </message>
    <message>
        <source>after </source>
        <translation>울린 뒤 </translation>
    </message>
    <message>
        <source> s</source>
        <translation>초</translation>
    </message>
    <message>
        <source>Seconds of ringing before it</source>
        <translation>착신 전환 전에 울리는 시간(초)</translation>
    </message>
    <message>
        <source>Whom do you mean? Type a number, or choose a person.</source>
        <translation>누구를 뜻합니까? 번호를 입력하거나 사람을 고르십시오.</translation>
    </message>
</context>
<context>
    <name>FoundList</name>
    <message>
        <source>Suggestions</source>
        <translation>추천</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>전화 걸기</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>번호 복사</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>즐겨찾기</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>Name, number or result of a call</source>
        <translation>통화의 이름, 번호 또는 결과</translation>
    </message>
    <message>
        <source>&amp;Export …</source>
        <translation>내보내기(&amp;E) …</translation>
    </message>
    <message>
        <source>No call fits {text}. Return: {call}</source>
        <translation>{text}에 맞는 통화가 없습니다. Enter: {call}</translation>
    </message>
    <message>
        <source>No call fits {text}. Type less of it, or choose All.</source>
        <translation>{text}에 맞는 통화가 없습니다. 글자를 줄이거나 전체를 고르십시오.</translation>
    </message>
    <message>
        <source>The calls are shown as soon as the Call Manager can be reached.</source>
        <translation>Call Manager에 연결되면 통화가 표시됩니다.</translation>
    </message>
    <message>
        <source>No calls yet. Type a name or a number above to make the first one.</source>
        <translation>아직 통화가 없습니다. 위에 이름이나 번호를 입력하여 첫 전화를 거십시오.</translation>
    </message>
    <message>
        <source>You have missed no call.</source>
        <translation>부재중 전화가 없습니다.</translation>
    </message>
    <message>
        <source>Nobody has called you yet.</source>
        <translation>아직 걸려 온 전화가 없습니다.</translation>
    </message>
    <message>
        <source>You have called nobody yet. Type a name or a number above.</source>
        <translation>아직 건 전화가 없습니다. 위에 이름이나 번호를 입력하십시오.</translation>
    </message>
    <message>
        <source>{number} is copied.</source>
        <translation>{number}을(를) 복사했습니다.</translation>
    </message>
    <message>
        <source>Export the calls shown</source>
        <translation>보이는 통화 내보내기</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>표 (*.csv)</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}. Choose another folder.</source>
        <translation>{file}에 쓸 수 없습니다: {reason}. 다른 폴더를 고르십시오.</translation>
    </message>
    <message numerus="yes">
        <source>%n call(s) written to {file}</source>
        <translation>
            <numerusform>통화 %n건을 {file}에 썼습니다</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>Direction</source>
        <translation>방향</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>When</source>
        <translation>시각</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>통화 시간</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>결과</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>발신</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>부재중</translation>
    </message>
    <message>
        <source>Answered elsewhere</source>
        <translation>다른 곳에서 받음</translation>
    </message>
    <message>
        <source>Forwarded</source>
        <translation>착신 전환됨</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>수신</translation>
    </message>
</context>
<context>
    <name>Hotkeys</name>
    <message>
        <source>Call the number that was copied</source>
        <translation>복사한 번호로 전화 걸기</translation>
    </message>
    <message>
        <source>Answer the call that rings</source>
        <translation>걸려 온 전화 받기</translation>
    </message>
    <message>
        <source>Decline the call that rings</source>
        <translation>걸려 온 전화 거절</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>Keypad</source>
        <translation>키패드</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>별표</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>우물 정자</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>Which calls</source>
        <translation>통화 종류</translation>
    </message>
    <message>
        <source>All</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>부재중</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>수신</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>발신</translation>
    </message>
</context>
<context>
    <name>LinksPage</name>
    <message>
        <source>Links and keys</source>
        <translation>링크와 단축키</translation>
    </message>
    <message>
        <source>&amp;Open telephone links with Offhook</source>
        <translation>전화 링크를 Offhook으로 열기(&amp;O)</translation>
    </message>
    <message>
        <source>Let &amp;links dial without asking</source>
        <translation>링크는 묻지 않고 전화 걸기(&amp;L)</translation>
    </message>
    <message>
        <source>A click on a number in a page or a mail (tel:, callto:, sip:) is a link.</source>
        <translation>웹 페이지나 메일의 번호(tel:, callto:, sip:)를 누르면 링크입니다.</translation>
    </message>
    <message>
        <source>In every program: Ctrl+Alt+D calls the number that is selected, after a question. While a call rings, Ctrl+Alt+A answers it, and Ctrl+Alt+X declines it. In this window F1 shows all keys.</source>
        <translation>어느 프로그램에서나 Ctrl+Alt+D는 선택한 번호로 (확인 후) 전화를 겁니다. 전화가 울리는 동안 Ctrl+Alt+A는 받기, Ctrl+Alt+X는 거절입니다. 이 창에서 F1을 누르면 모든 단축키가 보입니다.</translation>
    </message>
    <message>
        <source>Telephone links open with Offhook now; the system may ask first.</source>
        <translation>이제 전화 링크가 Offhook으로 열립니다. 시스템이 먼저 물을 수 있습니다.</translation>
    </message>
</context>
<context>
    <name>ListedPages</name>
    <message>
        <source>&amp;Remove</source>
        <translation>제거(&amp;R)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>제거</translation>
    </message>
</context>
<context>
    <name>LoginDialog</name>
    <message>
        <source>Log in to Offhook</source>
        <translation>Offhook 로그인</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>사용자(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>암호(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Log in</source>
        <translation>로그인(&amp;L)</translation>
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
        <translation>어떤 Call Manager입니까?</translation>
    </message>
    <message>
        <source>Choose one that was found on your network, or type the address you were given.</source>
        <translation>네트워크에서 찾은 것을 고르거나, 받은 주소를 입력하십시오.</translation>
    </message>
    <message>
        <source>Call Managers on this network</source>
        <translation>이 네트워크의 Call Manager</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>주소(&amp;A)</translation>
    </message>
    <message>
        <source>Looking for Call Managers on this network …</source>
        <translation>이 네트워크에서 Call Manager를 찾는 중 …</translation>
    </message>
    <message>
        <source>None announces itself here. Type its address.</source>
        <translation>여기에서 찾은 것이 없습니다. 주소를 입력하십시오.</translation>
    </message>
    <message>
        <source>No Call Manager answers at {url}: {reason}</source>
        <translation>{url}에서 응답하는 Call Manager가 없습니다: {reason}</translation>
    </message>
</context>
<context>
    <name>NumberTrial</name>
    <message>
        <source>Try a &amp;number</source>
        <translation>번호 시험(&amp;N)</translation>
    </message>
    <message>
        <source>✗ Would not be dialled</source>
        <translation>✗ 걸지 않습니다</translation>
    </message>
    <message>
        <source>✗ {number} is not allowed by the dial rules</source>
        <translation>✗ {number}: 발신 규칙이 허용하지 않습니다</translation>
    </message>
    <message>
        <source>✓ {number} would be dialled</source>
        <translation>✓ {number}(으)로 겁니다</translation>
    </message>
    <message>
        <source>✓ {number} would be dialled, that is {shown}</source>
        <translation>✓ {number}(으)로 겁니다. 읽기 쉽게는 {shown}</translation>
    </message>
</context>
<context>
    <name>OfficePages</name>
    <message>
        <source>Save or undo the changes of the others first.</source>
        <translation>먼저 다른 항목의 변경 내용을 저장하거나 되돌리십시오.</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>통신사업자</translation>
    </message>
    <message>
        <source>The accounts of providers</source>
        <translation>통신사업자의 계정</translation>
    </message>
    <message>
        <source>Calls to numbers outside go by these accounts, of several providers in this order.</source>
        <translation>외부 번호로 거는 전화는 이 계정으로 나갑니다. 여러 개면 이 순서대로 씁니다.</translation>
    </message>
    <message>
        <source>&amp;Add a provider</source>
        <translation>통신사업자 추가(&amp;A)</translation>
    </message>
    <message>
        <source>Remove {entry}? Calls do not go out by it any more.</source>
        <translation>{entry}을(를) 제거할까요? 더는 이 계정으로 전화가 나가지 않습니다.</translation>
    </message>
    <message>
        <source>New: give it a name</source>
        <translation>새 항목: 이름을 입력하십시오</translation>
    </message>
    <message>
        <source>With + and the country</source>
        <translation>+와 국가 번호를 붙여서</translation>
    </message>
    <message>
        <source>With the country, without +</source>
        <translation>국가 번호만 붙이고 + 없이</translation>
    </message>
    <message>
        <source>As they are dialled in the country</source>
        <translation>국내에서 거는 대로</translation>
    </message>
    <message>
        <source>Na&amp;me</source>
        <translation>이름(&amp;M)</translation>
    </message>
    <message>
        <source>What it is called here</source>
        <translation>여기서 쓰는 이름</translation>
    </message>
    <message>
        <source>Serv&amp;er</source>
        <translation>서버(&amp;E)</translation>
    </message>
    <message>
        <source>Several: the best first</source>
        <translation>여러 개면 가장 좋은 것부터</translation>
    </message>
    <message>
        <source>Connected &amp;by</source>
        <translation>연결 방식(&amp;B)</translation>
    </message>
    <message>
        <source>Not where the provider knows this office by its address</source>
        <translation>통신사업자가 이 사무실을 주소로 알아보면 끄십시오</translation>
    </message>
    <message>
        <source>It re&amp;gisters there</source>
        <translation>그 서버에 등록(&amp;G)</translation>
    </message>
    <message>
        <source>The user at the provider</source>
        <translation>통신사업자에 등록된 사용자</translation>
    </message>
    <message>
        <source>Acc&amp;ount</source>
        <translation>계정(&amp;O)</translation>
    </message>
    <message>
        <source>Pass&amp;word</source>
        <translation>암호(&amp;W)</translation>
    </message>
    <message>
        <source>As the provider has told it</source>
        <translation>통신사업자가 알려 준 암호</translation>
    </message>
    <message>
        <source>or password &amp;file</source>
        <translation>또는 암호 파일(&amp;F)</translation>
    </message>
    <message>
        <source>A file that you alone can read, with the password in it</source>
        <translation>암호가 들어 있고 본인만 읽을 수 있는 파일</translation>
    </message>
    <message>
        <source>&amp;Numbers</source>
        <translation>번호(&amp;N)</translation>
    </message>
    <message>
        <source>The numbers of the account, or ranges, each in a line of its own</source>
        <translation>이 계정의 번호 또는 번호 범위. 한 줄에 하나씩</translation>
    </message>
    <message>
        <source>Numbers are sen&amp;t</source>
        <translation>번호를 보내는 방식(&amp;T)</translation>
    </message>
    <message>
        <source>Calls at a time</source>
        <translation>동시 통화</translation>
    </message>
    <message>
        <source>That go out, at most</source>
        <translation>나가는 통화의 최대 수</translation>
    </message>
    <message>
        <source>Calls an hour</source>
        <translation>시간당 통화</translation>
    </message>
    <message>
        <source>Minutes a day</source>
        <translation>하루 통화 시간(분)</translation>
    </message>
    <message>
        <source>Of all calls that go out; then none goes until midnight, but for help</source>
        <translation>나가는 모든 통화의 합. 넘으면 긴급 전화 외에는 자정까지 나가지 않습니다</translation>
    </message>
    <message>
        <source>What a stolen password can cost is bounded by the last three.</source>
        <translation>암호가 도난당했을 때의 손해는 마지막 세 항목이 제한합니다.</translation>
    </message>
    <message>
        <source>The number outside of each phone: it rings there, and is shown to whom the phone calls. Without one the number of its group is shown, or the account&apos;s.</source>
        <translation>각 전화기의 외부 번호입니다. 이 번호로 걸면 그 전화기가 울리고, 전화를 받는 사람에게 표시됩니다. 없으면 그룹의 번호나 계정의 번호가 표시됩니다.</translation>
    </message>
    <message>
        <source>Numbers of phones</source>
        <translation>전화기 번호</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>그룹</translation>
    </message>
    <message>
        <source>The groups</source>
        <translation>그룹 목록</translation>
    </message>
    <message>
        <source>Who is in a group sees its phones and picks up calls there; a number can ring them all.</source>
        <translation>그룹에 속한 사람은 그룹의 전화기 상태를 보고 전화를 당겨 받습니다. 한 번호로 모두 울릴 수도 있습니다.</translation>
    </message>
    <message>
        <source>&amp;Add a group</source>
        <translation>그룹 추가(&amp;A)</translation>
    </message>
    <message>
        <source>Remove the group {entry}?</source>
        <translation>그룹 {entry}을(를) 제거할까요?</translation>
    </message>
    <message>
        <source>&amp;Phones</source>
        <translation>전화기(&amp;P)</translation>
    </message>
    <message>
        <source>Whose phones they are belongs to it</source>
        <translation>이 전화기를 쓰는 사람이 그룹에 속합니다</translation>
    </message>
    <message>
        <source>&amp;Users</source>
        <translation>사용자(&amp;U)</translation>
    </message>
    <message>
        <source>Who else belongs to it, each in a line of its own</source>
        <translation>그 밖의 구성원. 한 줄에 한 명씩</translation>
    </message>
    <message>
        <source>Number &amp;outside</source>
        <translation>외부 번호(&amp;O)</translation>
    </message>
    <message>
        <source>Shown in calls outside for a phone that has none of its own</source>
        <translation>자기 번호가 없는 전화기에서 외부로 걸 때 표시됩니다</translation>
    </message>
    <message>
        <source>All phones</source>
        <translation>모든 전화기</translation>
    </message>
    <message>
        <source>Calls from outside</source>
        <translation>외부에서 오는 전화</translation>
    </message>
    <message>
        <source>The numbers that ring</source>
        <translation>울리는 번호</translation>
    </message>
    <message>
        <source>Which phones ring for which number. A phone&apos;s own number rings it without more.</source>
        <translation>어느 번호로 어느 전화기가 울리는지 정합니다. 전화기 자신의 번호는 따로 정하지 않아도 울립니다.</translation>
    </message>
    <message>
        <source>&amp;Add numbers</source>
        <translation>번호 추가(&amp;A)</translation>
    </message>
    <message>
        <source>Remove what rings for {entry}?</source>
        <translation>{entry}의 벨 설정을 제거할까요?</translation>
    </message>
    <message>
        <source>All other numbers</source>
        <translation>그 밖의 모든 번호</translation>
    </message>
    <message>
        <source>All at once</source>
        <translation>한꺼번에</translation>
    </message>
    <message>
        <source>One after the other</source>
        <translation>차례로</translation>
    </message>
    <message>
        <source>The longest idle first</source>
        <translation>가장 오래 쉰 전화기부터</translation>
    </message>
    <message>
        <source>office hours</source>
        <translation>업무 시간</translation>
    </message>
    <message>
        <source>Or ranges, each in a line of its own; none: all others</source>
        <translation>또는 번호 범위. 한 줄에 하나씩, 비우면 그 밖의 모든 번호</translation>
    </message>
    <message>
        <source>Phones or &amp;groups</source>
        <translation>전화기 또는 그룹(&amp;G)</translation>
    </message>
    <message>
        <source>That ring, each in a line of its own</source>
        <translation>울릴 것. 한 줄에 하나씩</translation>
    </message>
    <message>
        <source>&amp;Order</source>
        <translation>순서(&amp;O)</translation>
    </message>
    <message>
        <source>Not on</source>
        <translation>쉬는 날</translation>
    </message>
    <message>
        <source>Each day in a line of its own, of every year or with one</source>
        <translation>하루에 한 줄씩, 매년 또는 연도를 붙여서</translation>
    </message>
    <message>
        <source>How long each rings, before what follows</source>
        <translation>다음으로 넘어가기 전에 각각 울리는 시간</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>초</translation>
    </message>
    <message>
        <source>&amp;When</source>
        <translation>시간(&amp;W)</translation>
    </message>
    <message>
        <source>Each time in a line of its own; none: always</source>
        <translation>한 줄에 하나씩, 비우면 항상</translation>
    </message>
    <message>
        <source>&amp;Else</source>
        <translation>그 외(&amp;E)</translation>
    </message>
    <message>
        <source>A phone, a number with +, or one of: {words}</source>
        <translation>전화기, +로 시작하는 번호, 또는 다음 중 하나: {words}</translation>
    </message>
</context>
<context>
    <name>OutsidePage</name>
    <message>
        <source>Outside</source>
        <translation>외부</translation>
    </message>
    <message>
        <source>Providers</source>
        <translation>통신 사업자</translation>
    </message>
    <message>
        <source>What rings for which number:</source>
        <translation>번호마다 울리는 전화기:</translation>
    </message>
    <message>
        <source>What rings for which number</source>
        <translation>번호마다 울리는 전화기</translation>
    </message>
    <message>
        <source>Calls to numbers outside go out by these providers, and come in by them:</source>
        <translation>외부 번호로 거는 전화와 외부에서 오는 전화는 이 통신 사업자를 거칩니다:</translation>
    </message>
    <message>
        <source>The providers are shown to administrators only.</source>
        <translation>통신 사업자는 관리자만 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>The Call Manager is too old to tell of its providers.</source>
        <translation>Call Manager가 오래되어 통신 사업자를 알려 주지 못합니다.</translation>
    </message>
    <message>
        <source>The providers are shown as soon as the Call Manager can be reached.</source>
        <translation>Call Manager에 연결되면 통신 사업자가 나타납니다.</translation>
    </message>
    <message>
        <source>There is no provider: only the phones here can be called. How to add one: docs/trunks.md</source>
        <translation>통신 사업자가 없어서 이곳의 전화기에만 걸 수 있습니다. 추가하는 방법: docs/trunks.md</translation>
    </message>
    <message>
        <source>since {when}</source>
        <translation>{when}부터</translation>
    </message>
    <message>
        <source>No way out</source>
        <translation>외부로 걸 수 없음</translation>
    </message>
    <message>
        <source>Limit reached</source>
        <translation>한도에 도달</translation>
    </message>
    <message>
        <source>Registered</source>
        <translation>등록됨</translation>
    </message>
    <message>
        <source>Knows us by our address</source>
        <translation>주소로 인식됨</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>아직 확인하지 않음</translation>
    </message>
    <message>
        <source>never asked whether it is there</source>
        <translation>응답 여부를 확인하지 않음</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>응답함</translation>
    </message>
    <message>
        <source>Calls out now: {now} of {most}; minutes today: {minutes} of {all}</source>
        <translation>지금 나간 통화: {now}/{most}, 오늘 사용한 분: {minutes}/{all}</translation>
    </message>
    <message>
        <source>Groups:</source>
        <translation>그룹:</translation>
    </message>
    <message>
        <source>All other numbers</source>
        <translation>그 밖의 모든 번호</translation>
    </message>
    <message>
        <source>all at once</source>
        <translation>모두 동시에</translation>
    </message>
    <message>
        <source>one after the other</source>
        <translation>차례로</translation>
    </message>
    <message>
        <source>the longest idle first</source>
        <translation>가장 오래 쉰 전화기부터</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>통화 중</translation>
    </message>
    <message>
        <source>nobody is there</source>
        <translation>받을 사람 없음</translation>
    </message>
    <message>
        <source>no such number</source>
        <translation>없는 번호</translation>
    </message>
    <message>
        <source>else {what}</source>
        <translation>그 외에는 {what}</translation>
    </message>
    <message>
        <source>all phones</source>
        <translation>모든 전화기</translation>
    </message>
</context>
<context>
    <name>OwnPhone</name>
    <message>
        <source>What your phone does with calls</source>
        <translation>내 전화기의 수신 설정</translation>
    </message>
    <message>
        <source>&amp;Do not disturb</source>
        <translation>방해 금지(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Forward calls …</source>
        <translation>착신 전환(&amp;F) …</translation>
    </message>
    <message>
        <source>&amp;Pick up a call …</source>
        <translation>당겨받기(&amp;P) …</translation>
    </message>
    <message>
        <source>&amp;Take a parked call …</source>
        <translation>파크된 통화 받기(&amp;T) …</translation>
    </message>
    <message>
        <source>Call from</source>
        <translation>걸 전화기</translation>
    </message>
    <message>
        <source>No Call Manager. Trying again …</source>
        <translation>Call Manager에 연결되지 않음. 다시 시도하는 중 …</translation>
    </message>
    <message>
        <source>Ready to call</source>
        <translation>전화할 수 있습니다</translation>
    </message>
    <message>
        <source>Your phone ({phone}) is not connected</source>
        <translation>내 전화기({phone})가 연결되어 있지 않습니다</translation>
    </message>
    <message>
        <source>Your phone is ringing</source>
        <translation>내 전화기가 울리고 있습니다</translation>
    </message>
    <message>
        <source>In {number} calls</source>
        <translation>통화 {number}건 진행 중</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>통화 중</translation>
    </message>
    <message>
        <source>Do not disturb: your phone does not ring</source>
        <translation>방해 금지: 전화기가 울리지 않습니다</translation>
    </message>
    <message>
        <source>Calls inside only. No way out: {why}</source>
        <translation>내부 통화만 됩니다. 외부로 걸 수 없음: {why}</translation>
    </message>
    <message>
        <source>Calls go on to {name}</source>
        <translation>전화가 {name}(으)로 전환됩니다</translation>
    </message>
    <message>
        <source>Calls go on to {name} while you are in a call</source>
        <translation>통화 중에는 전화가 {name}(으)로 전환됩니다</translation>
    </message>
    <message>
        <source>Calls go on to {name} if you do not answer</source>
        <translation>받지 않으면 전화가 {name}(으)로 전환됩니다</translation>
    </message>
</context>
<context>
    <name>OwnPhonePage</name>
    <message>
        <source>Which phone is yours?</source>
        <translation>어느 전화기를 쓰십니까?</translation>
    </message>
    <message>
        <source>It rings when you dial here. You can choose another one at any time.</source>
        <translation>여기에서 전화를 걸면 이 전화기가 울립니다. 언제든지 다른 것으로 바꿀 수 있습니다.</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>You have no phone there. Ask your administrator to give you one.</source>
        <translation>쓸 수 있는 전화기가 없습니다. 관리자에게 요청하십시오.</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Call &amp;Manager</source>
        <translation>Call Manager(&amp;M)</translation>
    </message>
    <message>
        <source>Empty: on this computer</source>
        <translation>비우면 이 컴퓨터</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>사용자(&amp;U)</translation>
    </message>
    <message>
        <source>Your name at the Call Manager</source>
        <translation>Call Manager의 사용자 이름</translation>
    </message>
    <message>
        <source>Certificate a&amp;uthority</source>
        <translation>인증 기관(&amp;U)</translation>
    </message>
    <message>
        <source>A file, when the certificate is the company&apos;s own</source>
        <translation>회사 자체 인증서이면 그 파일</translation>
    </message>
    <message>
        <source>Certificate &amp;authority</source>
        <translation>인증 기관(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Phone</source>
        <translation>전화기(&amp;P)</translation>
    </message>
    <message>
        <source>The extension that dials; empty: the first of yours</source>
        <translation>거는 내선. 비우면 첫 번째 전화기</translation>
    </message>
    <message>
        <source>The Call Manager makes the calls. The password is asked for at the next start.</source>
        <translation>Call Manager가 전화를 겁니다. 암호는 다음에 시작할 때 묻습니다.</translation>
    </message>
    <message>
        <source>&amp;Listen on</source>
        <translation>수신 주소(&amp;L)</translation>
    </message>
    <message>
        <source>Address and port for the TAPI service provider</source>
        <translation>TAPI 서비스 공급자용 주소와 포트</translation>
    </message>
    <message>
        <source>&amp;Require a token</source>
        <translation>토큰 요구(&amp;R)</translation>
    </message>
    <message>
        <source>Without it every program on this computer can dial</source>
        <translation>없으면 이 컴퓨터의 모든 프로그램이 전화를 걸 수 있습니다</translation>
    </message>
    <message>
        <source>Token &amp;file</source>
        <translation>토큰 파일(&amp;F)</translation>
    </message>
    <message>
        <source>Made at the first start, readable by you alone</source>
        <translation>처음 시작할 때 만들며 본인만 읽을 수 있음</translation>
    </message>
    <message>
        <source>Outlook, Phone Dialer and other applications dial through this address.</source>
        <translation>Outlook, 전화 걸기 등의 프로그램이 이곳을 통해 전화를 겁니다.</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>프로그램</translation>
    </message>
    <message>
        <source>None</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>LDAP server</source>
        <translation>LDAP 서버</translation>
    </message>
    <message>
        <source>Account and phone</source>
        <translation>계정과 전화기</translation>
    </message>
    <message>
        <source>vCard file</source>
        <translation>vCard 파일</translation>
    </message>
    <message>
        <source>CSV file</source>
        <translation>CSV 파일</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>종류(&amp;K)</translation>
    </message>
    <message>
        <source>For LDAP</source>
        <translation>LDAP용</translation>
    </message>
    <message>
        <source>Serv&amp;er</source>
        <translation>서버(&amp;E)</translation>
    </message>
    <message>
        <source>Sc&amp;hema</source>
        <translation>스키마(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Base</source>
        <translation>기준(&amp;B)</translation>
    </message>
    <message>
        <source>Below it people are</source>
        <translation>이 아래에 사람들이 있음</translation>
    </message>
    <message>
        <source>&amp;Log in as</source>
        <translation>로그인 이름(&amp;L)</translation>
    </message>
    <message>
        <source>Empty: anonymously</source>
        <translation>비우면 익명</translation>
    </message>
    <message>
        <source>Pass&amp;word file</source>
        <translation>암호 파일(&amp;W)</translation>
    </message>
    <message>
        <source>A file that you alone can read, with the password in it</source>
        <translation>본인만 읽을 수 있는, 암호가 든 파일</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>파일(&amp;F)</translation>
    </message>
    <message>
        <source>For vCard and CSV</source>
        <translation>vCard와 CSV용</translation>
    </message>
    <message>
        <source>Calls that come in</source>
        <translation>걸려 오는 전화</translation>
    </message>
    <message>
        <source>Calls that you make</source>
        <translation>거는 전화</translation>
    </message>
    <message>
        <source>All calls</source>
        <translation>모든 통화</translation>
    </message>
    <message>
        <source>It rings</source>
        <translation>울릴 때</translation>
    </message>
    <message>
        <source>It is answered</source>
        <translation>받을 때</translation>
    </message>
    <message>
        <source>It is over</source>
        <translation>끝날 때</translation>
    </message>
    <message>
        <source>It was missed</source>
        <translation>부재중일 때</translation>
    </message>
    <message>
        <source>&amp;Web page</source>
        <translation>웹 페이지(&amp;W)</translation>
    </message>
    <message>
        <source>Where the caller&apos;s number is to stand: {places}</source>
        <translation>발신자 번호가 들어갈 자리: {places}</translation>
    </message>
    <message>
        <source>or &amp;program</source>
        <translation>또는 프로그램(&amp;P)</translation>
    </message>
    <message>
        <source>The program, and each of its arguments, in a line of its own</source>
        <translation>프로그램과 그 인수를 각각 한 줄에</translation>
    </message>
    <message>
        <source>&amp;For</source>
        <translation>대상(&amp;F)</translation>
    </message>
    <message>
        <source>When</source>
        <translation>시점</translation>
    </message>
    <message>
        <source>In the address or an argument, this stands for the call: {places}</source>
        <translation>주소나 인수에서 통화를 나타내는 자리: {places}</translation>
    </message>
    <message>
        <source>Screen pops</source>
        <translation>화면 팝업</translation>
    </message>
    <message>
        <source>Countr&amp;y</source>
        <translation>국가(&amp;Y)</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>로그(&amp;L)</translation>
    </message>
    <message>
        <source>How much is logged: debug, info, warning, error</source>
        <translation>로그의 양: debug, info, warning, error</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>고급</translation>
    </message>
    <message>
        <source>Directory</source>
        <translation>주소록</translation>
    </message>
    <message>
        <source>Two letters</source>
        <translation>두 글자</translation>
    </message>
    <message>
        <source>&amp;Area code</source>
        <translation>지역 번호(&amp;A)</translation>
    </message>
    <message>
        <source>Without its leading zero</source>
        <translation>앞의 0은 빼고</translation>
    </message>
    <message>
        <source>&amp;Outside line</source>
        <translation>외선(&amp;O)</translation>
    </message>
    <message>
        <source>What is dialled before numbers outside the company</source>
        <translation>회사 밖 번호 앞에 거는 번호</translation>
    </message>
    <message>
        <source>&amp;Extensions</source>
        <translation>내선(&amp;E)</translation>
    </message>
    <message>
        <source>How many digits the company&apos;s own numbers have</source>
        <translation>회사 내선의 자릿수</translation>
    </message>
    <message>
        <source>How numbers as people write them become those that your telephone system dials.</source>
        <translation>사람이 쓰는 번호를 전화 시스템이 거는 번호로 바꾸는 방법입니다.</translation>
    </message>
</context>
<context>
    <name>PersonCard</name>
    <message>
        <source>All people</source>
        <translation>모든 사람</translation>
    </message>
    <message>
        <source>Pick &amp;up</source>
        <translation>당겨받기(&amp;U)</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>즐겨찾기</translation>
    </message>
    <message>
        <source>Last calls</source>
        <translation>최근 통화</translation>
    </message>
    <message>
        <source>A note for yourself</source>
        <translation>나만 보는 메모</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>메모</translation>
    </message>
    <message>
        <source>Write to {mail}</source>
        <translation>{mail}(으)로 메일 쓰기</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
    <message>
        <source>Copy {number}</source>
        <translation>{number} 복사</translation>
    </message>
    <message>
        <source>{number} is copied.</source>
        <translation>{number}을(를) 복사했습니다.</translation>
    </message>
    <message>
        <source>Take the call that rings at {name}</source>
        <translation>{name}에게 울리는 전화를 당겨받기</translation>
    </message>
    <message>
        <source>No favourite any more</source>
        <translation>즐겨찾기에서 빼기</translation>
    </message>
    <message>
        <source>Make this person a favourite</source>
        <translation>즐겨찾기에 추가</translation>
    </message>
    <message>
        <source>There are too many already. Remove one first.</source>
        <translation>이미 너무 많습니다. 먼저 하나를 지우십시오.</translation>
    </message>
    <message>
        <source>This could not be stored: {reason}</source>
        <translation>저장할 수 없습니다: {reason}</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>전화 거는 중 …</translation>
    </message>
</context>
<context>
    <name>PhoneModel</name>
    <message>
        <source>its certificate is not trusted; restart Offhook to check it</source>
        <translation>인증서를 신뢰할 수 없습니다. Offhook을 다시 시작해 확인하십시오</translation>
    </message>
    <message>
        <source>An unknown caller</source>
        <translation>알 수 없는 발신자</translation>
    </message>
</context>
<context>
    <name>PhoneSetup</name>
    <message>
        <source>Set up your phones</source>
        <translation>전화기 설정</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>C&amp;opy these lines</source>
        <translation>이 내용 복사(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Test call</source>
        <translation>시험 통화(&amp;T)</translation>
    </message>
    <message>
        <source>Server, registrar or domain</source>
        <translation>서버, 등록 서버 또는 도메인</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>포트</translation>
    </message>
    <message>
        <source>User name, and authentication name</source>
        <translation>사용자 이름과 인증 이름</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>암호</translation>
    </message>
    <message>
        <source>Type this into the phone, or into its web page:</source>
        <translation>전화기나 전화기의 웹 페이지에 다음을 입력하십시오.</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>닫기(&amp;C)</translation>
    </message>
    <message>
        <source>Two phones are there. Try a call: {first} rings first, then {second}.</source>
        <translation>전화기 두 대가 준비되었습니다. 통화해 보십시오. 먼저 {first}, 다음에 {second}이(가) 울립니다.</translation>
    </message>
    <message>
        <source>{phone} has registered. A second one, and you can try a call.</source>
        <translation>{phone}이(가) 등록되었습니다. 하나 더 등록되면 통화해 볼 수 있습니다.</translation>
    </message>
    <message>
        <source>Waiting for the phones to register …</source>
        <translation>전화기가 등록되기를 기다리는 중 …</translation>
    </message>
    <message>
        <source>{phone} registered ✓</source>
        <translation>{phone} 등록됨 ✓</translation>
    </message>
    <message>
        <source>{phone} could not register</source>
        <translation>{phone} 등록 실패</translation>
    </message>
    <message>
        <source>{phone} has not registered yet</source>
        <translation>{phone} 아직 등록되지 않음</translation>
    </message>
    <message>
        <source> or </source>
        <translation> 또는 </translation>
    </message>
    <message>
        <source>Transport: UDP or TCP.</source>
        <translation>전송: UDP 또는 TCP.</translation>
    </message>
    <message>
        <source>Let the phone answer by itself what Offhook dials for it: auto-answer by Call-Info.</source>
        <translation>Offhook이 거는 전화는 전화기가 스스로 받게 하십시오(Call-Info에 의한 자동 응답).</translation>
    </message>
    <message>
        <source>Phones on this computer only can register there.</source>
        <translation>이 컴퓨터에 있는 전화기만 등록할 수 있습니다.</translation>
    </message>
    <message>
        <source>Its last attempt failed: {problem}</source>
        <translation>마지막 등록 시도 실패: {problem}</translation>
    </message>
    <message>
        <source>The call is in the window. Pick up {first}.</source>
        <translation>통화가 창에 표시됩니다. {first}을(를) 받으십시오.</translation>
    </message>
</context>
<context>
    <name>PhonesPage</name>
    <message>
        <source>Phones</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>What is typed into the phone</source>
        <translation>전화기에 입력할 내용</translation>
    </message>
    <message>
        <source>C&amp;opy</source>
        <translation>복사(&amp;O)</translation>
    </message>
    <message>
        <source>Type this into the phone, so that it connects:</source>
        <translation>전화기를 연결하려면 다음을 입력하십시오:</translation>
    </message>
    <message>
        <source> or </source>
        <translation> 또는 </translation>
    </message>
    <message>
        <source>Server</source>
        <translation>서버</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>포트</translation>
    </message>
    <message>
        <source>User</source>
        <translation>사용자</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>암호</translation>
    </message>
    <message>
        <source>see: offhook terminal show {phone}</source>
        <translation>다음으로 확인: offhook terminal show {phone}</translation>
    </message>
    <message>
        <source>Add a &amp;phone</source>
        <translation>전화기 추가(&amp;P)</translation>
    </message>
    <message>
        <source>S&amp;how the password</source>
        <translation>암호 보이기(&amp;H)</translation>
    </message>
    <message>
        <source>Phones are added at the Call Manager: offhook terminal add 4000 --name Kim</source>
        <translation>전화기는 Call Manager가 있는 곳에서 추가합니다: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>Phones are set up at the PBX, and named by: offhook terminal add 4000 --name Kim</source>
        <translation>전화기는 교환기에서 설정하고, 다음 명령으로 이름을 붙입니다: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>You may not change {file}. Who may adds a phone by: offhook terminal add 4000 --name Kim</source>
        <translation>{file} 파일을 바꿀 권한이 없습니다. 권한이 있는 사람이 다음 명령으로 전화기를 추가합니다: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>There is no phone yet.</source>
        <translation>아직 전화기가 없습니다.</translation>
    </message>
    <message>
        <source>Only phones on this computer reach it: it listens on {host}.</source>
        <translation>이 컴퓨터의 전화기만 연결할 수 있습니다. {host}에서 대기합니다.</translation>
    </message>
    <message>
        <source>Let the phone answer by itself what you dial here (auto-answer by Call-Info or Alert-Info); otherwise it rings, and you lift it.</source>
        <translation>여기서 건 전화는 전화기가 스스로 받게 하십시오(Call-Info 또는 Alert-Info에 의한 자동 응답). 그러지 않으면 벨이 울리고 수화기를 들어야 합니다.</translation>
    </message>
    <message>
        <source>The Call Manager does not know it yet: start it anew.</source>
        <translation>Call Manager가 아직 이 전화기를 모릅니다. 다시 시작하십시오.</translation>
    </message>
    <message>
        <source>It has registered, but does not answer since {when}</source>
        <translation>등록되어 있지만 {when}부터 응답하지 않습니다</translation>
    </message>
    <message>
        <source>The last attempt to connect failed: {why}</source>
        <translation>마지막 연결 시도가 실패했습니다: {why}</translation>
    </message>
    <message>
        <source>Connected ✓ {state}</source>
        <translation>연결됨 ✓ {state}</translation>
    </message>
</context>
<context>
    <name>Policy</name>
    <message>
        <source>Your administrator has set this.</source>
        <translation>관리자가 설정한 값입니다.</translation>
    </message>
</context>
<context>
    <name>PopTrial</name>
    <message>
        <source>Tr&amp;y it</source>
        <translation>시험해 보기(&amp;Y)</translation>
    </message>
    <message>
        <source>Caller&apos;s n&amp;umber</source>
        <translation>발신자 번호(&amp;U)</translation>
    </message>
    <message>
        <source>Caller&apos;s na&amp;me</source>
        <translation>발신자 이름(&amp;M)</translation>
    </message>
    <message>
        <source>Try it with a caller:</source>
        <translation>발신자를 넣어 시험하기:</translation>
    </message>
    <message>
        <source>✓ Opened.</source>
        <translation>✓ 열었습니다.</translation>
    </message>
    <message>
        <source>✗ {program} cannot be started. Check its path.</source>
        <translation>✗ {program} 프로그램을 시작할 수 없습니다. 경로를 확인하십시오.</translation>
    </message>
    <message>
        <source>✗ No browser can be opened. See the system&apos;s default browser.</source>
        <translation>✗ 브라우저를 열 수 없습니다. 시스템의 기본 브라우저를 확인하십시오.</translation>
    </message>
</context>
<context>
    <name>PopsPage</name>
    <message>
        <source>Screen pops</source>
        <translation>화면 팝업</translation>
    </message>
    <message>
        <source>What is opened for calls</source>
        <translation>통화 때 여는 것</translation>
    </message>
    <message>
        <source>When somebody calls, a web page or a program is opened with the caller&apos;s number.</source>
        <translation>전화가 오면 발신자 번호로 웹 페이지나 프로그램을 엽니다.</translation>
    </message>
    <message>
        <source>&amp;Add a page or program</source>
        <translation>페이지나 프로그램 추가(&amp;A)</translation>
    </message>
    <message>
        <source>Open {entry} no longer?</source>
        <translation>{entry} 항목을 더 이상 열지 않겠습니까?</translation>
    </message>
    <message>
        <source>Save or undo the changes of the others first.</source>
        <translation>먼저 다른 항목의 변경을 저장하거나 취소하십시오.</translation>
    </message>
    <message>
        <source>New: type a page or a program</source>
        <translation>새 항목: 페이지나 프로그램을 입력하십시오</translation>
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
        <translation>TSP 설치(&amp;I)</translation>
    </message>
    <message>
        <source>TSP &amp;uninstall</source>
        <translation>TSP 제거(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>키보드 단축키(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About and diagnosis</source>
        <translation>정보 및 진단(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>이름 또는 번호</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
</context>
<context>
    <name>QuitQuestion</name>
    <message>
        <source>You are in a call. Quit Offhook?</source>
        <translation>통화 중입니다. Offhook을 끝낼까요?</translation>
    </message>
    <message>
        <source>Others are in a call. Quit Offhook?</source>
        <translation>다른 사람이 통화 중입니다. Offhook을 끝낼까요?</translation>
    </message>
    <message>
        <source>They talk on at their phones, but nobody can make a new call until Offhook runs again.</source>
        <translation>통화는 계속되지만, Offhook을 다시 실행할 때까지 아무도 새로 전화를 걸 수 없습니다.</translation>
    </message>
    <message>
        <source>You talk on at your phone, but no new call is possible until Offhook runs again.</source>
        <translation>통화는 전화기에서 계속되지만, Offhook을 다시 시작할 때까지 새로 전화할 수 없습니다.</translation>
    </message>
    <message>
        <source>The call goes on at your phone; you can hang up there.</source>
        <translation>통화는 전화기에서 계속됩니다. 전화기에서 끊을 수 있습니다.</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>계속 사용(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>페이지</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>홈</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>연락처</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>통화</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
</context>
<context>
    <name>Rows</name>
    <message>
        <source>Call</source>
        <translation>전화 걸기</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>번호 복사</translation>
    </message>
</context>
<context>
    <name>SettingsAlone</name>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>&amp;Test</source>
        <translation>시험(&amp;T)</translation>
    </message>
    <message>
        <source>Ca&amp;ncel</source>
        <translation>취소(&amp;N)</translation>
    </message>
    <message>
        <source>Un&amp;do</source>
        <translation>되돌리기(&amp;D)</translation>
    </message>
    <message>
        <source>Take back what is not saved</source>
        <translation>저장하지 않은 변경 되돌리기</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>저장(&amp;S)</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>찾아보기 …</translation>
    </message>
    <message>
        <source>Browse for {field}</source>
        <translation>{field} 찾아보기</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>파일 선택</translation>
    </message>
    <message>
        <source>This cannot be understood; see the example.</source>
        <translation>이해할 수 없는 값입니다. 보기를 참고하십시오.</translation>
    </message>
    <message>
        <source>Other computers could dial without a token. Tick &quot;Require a token&quot;, or listen on 127.0.0.1</source>
        <translation>다른 컴퓨터가 토큰 없이 전화를 걸 수 있습니다. &quot;토큰 요구&quot;를 선택하거나 127.0.0.1에서만 받으십시오</translation>
    </message>
    <message>
        <source>Fill in the web page or the program, and only one of them.</source>
        <translation>웹 페이지와 프로그램 중 하나만 입력하십시오.</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a country. Did you mean &apos;{code}&apos;?</source>
        <translation>&apos;{text}&apos;은(는) 국가가 아닙니다. &apos;{code}&apos;입니까?</translation>
    </message>
    <message>
        <source>&apos;{text}&apos; is not a country. Take its two letters, like KR.</source>
        <translation>&apos;{text}&apos;은(는) 국가가 아닙니다. KR처럼 두 글자를 입력하십시오.</translation>
    </message>
    <message>
        <source>This is needed: {what}</source>
        <translation>이 값이 필요합니다: {what}</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>시험하는 중 …</translation>
    </message>
    <message>
        <source>The test was cancelled.</source>
        <translation>시험을 취소했습니다.</translation>
    </message>
    <message>
        <source>Saved to {file}.</source>
        <translation>{file}에 저장했습니다.</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>{page}, not saved</source>
        <translation>{page}, 저장 안 됨</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>키보드 단축키</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>창</translation>
    </message>
    <message>
        <source>Search or dial</source>
        <translation>찾기 또는 걸기</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>홈</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>연락처</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>통화</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>끝내기</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>찾은 것</translation>
    </message>
    <message>
        <source>Into the list, and back</source>
        <translation>목록으로, 그리고 다시 위로</translation>
    </message>
    <message>
        <source>Call what is highlighted</source>
        <translation>강조된 항목에 전화 걸기</translation>
    </message>
    <message>
        <source>Copy its number</source>
        <translation>번호 복사</translation>
    </message>
    <message>
        <source>Leave the search</source>
        <translation>찾기 끝내기</translation>
    </message>
    <message>
        <source>In any program</source>
        <translation>어느 프로그램에서나</translation>
    </message>
    <message>
        <source>Call the number that is selected</source>
        <translation>선택한 번호로 전화 걸기</translation>
    </message>
    <message>
        <source>Answer the call that rings</source>
        <translation>울리는 전화 받기</translation>
    </message>
    <message>
        <source>Decline it</source>
        <translation>거절하기</translation>
    </message>
</context>
<context>
    <name>SitePage</name>
    <message>
        <source>Your phones</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>This computer becomes their telephone system. What you do not know yet can wait.</source>
        <translation>이 컴퓨터가 전화 시스템이 됩니다. 아직 모르는 것은 나중에 정해도 됩니다.</translation>
    </message>
    <message>
        <source>All its addresses: {addresses}</source>
        <translation>모든 주소: {addresses}</translation>
    </message>
    <message>
        <source>On this computer only</source>
        <translation>이 컴퓨터에서만</translation>
    </message>
    <message>
        <source>&amp;Phones</source>
        <translation>전화기(&amp;P)</translation>
    </message>
    <message>
        <source>Extensions and names: 4000=Kim, 4001=Lee; or a row: 4000-4009</source>
        <translation>내선 번호와 이름: 4000=Kim, 4001=Lee, 또는 범위: 4000-4009</translation>
    </message>
    <message>
        <source>&amp;Reached at</source>
        <translation>연결 주소(&amp;R)</translation>
    </message>
    <message>
        <source>P&amp;ort for SIP</source>
        <translation>SIP 포트(&amp;O)</translation>
    </message>
    <message>
        <source>Co&amp;untry</source>
        <translation>국가(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Area code</source>
        <translation>지역 번호(&amp;A)</translation>
    </message>
    <message>
        <source>Outside &amp;line</source>
        <translation>외부 회선 번호(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Try a number</source>
        <translation>번호 시험(&amp;T)</translation>
    </message>
    <message>
        <source>{text} is dialled as {number}</source>
        <translation>{text} → {number}(으)로 걸립니다</translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message>
        <source>Sources of the directory</source>
        <translation>주소록의 원본</translation>
    </message>
    <message>
        <source>&amp;Add a source</source>
        <translation>원본 추가(&amp;A)</translation>
    </message>
    <message>
        <source>Names for numbers and numbers for names come from here. Where several know a number, the first one names it.</source>
        <translation>번호의 이름과 이름의 번호를 여기서 찾습니다. 여럿이 같은 번호를 알면 첫 번째 것의 이름을 씁니다.</translation>
    </message>
    <message>
        <source>Remove {entry} from the directory?</source>
        <translation>주소록에서 {entry}을(를) 제거할까요?</translation>
    </message>
    <message>
        <source>New source: choose its kind</source>
        <translation>새 원본: 종류를 고르십시오</translation>
    </message>
    <message>
        <source>Save or undo the changes of the other sources first.</source>
        <translation>먼저 다른 원본의 변경을 저장하거나 되돌리십시오.</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Welcome to Offhook</source>
        <translation>Offhook에 오신 것을 환영합니다</translation>
    </message>
    <message>
        <source>Nothing is set up on this computer yet. How do you want to begin?</source>
        <translation>이 컴퓨터에는 아직 설정이 없습니다. 어떻게 시작할까요?</translation>
    </message>
    <message>
        <source>&amp;Join a Call Manager</source>
        <translation>Call Manager에 연결(&amp;J)</translation>
    </message>
    <message>
        <source>Your company has one already. You need its address, a user and a password.</source>
        <translation>회사에 이미 있습니다. 주소, 사용자 이름, 암호가 필요합니다.</translation>
    </message>
    <message>
        <source>&amp;Start here, with phones of my own</source>
        <translation>내 전화기로 여기에서 시작(&amp;S)</translation>
    </message>
    <message>
        <source>This computer becomes the telephone system of desk phones and softphones.</source>
        <translation>이 컴퓨터가 전화기와 소프트폰의 전화 시스템이 됩니다.</translation>
    </message>
    <message>
        <source>Try the &amp;demo</source>
        <translation>데모 사용해 보기(&amp;D)</translation>
    </message>
    <message>
        <source>Three phones that are played on this computer; nothing is kept.</source>
        <translation>이 컴퓨터에서 흉내 내는 전화기 세 대입니다. 아무것도 저장되지 않습니다.</translation>
    </message>
</context>
<context>
    <name>SuggestionList</name>
    <message>
        <source>Suggestions</source>
        <translation>추천</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
</context>
<context>
    <name>TakeCallDialog</name>
    <message>
        <source>Pick up a call</source>
        <translation>당겨받기</translation>
    </message>
    <message>
        <source>Take a parked call</source>
        <translation>파크된 통화 받기</translation>
    </message>
    <message>
        <source>Whose phone &amp;rings?</source>
        <translation>누구의 전화기가 울립니까?(&amp;R)</translation>
    </message>
    <message>
        <source>In which &amp;slot does the call wait?</source>
        <translation>통화가 어느 번호에 파크되어 있습니까?(&amp;S)</translation>
    </message>
    <message>
        <source>Name or number</source>
        <translation>이름 또는 번호</translation>
    </message>
    <message>
        <source>Without an answer here: a phone of your group.</source>
        <translation>비워 두면 내 그룹의 전화기입니다.</translation>
    </message>
</context>
<context>
    <name>TargetPanel</name>
    <message>
        <source>Name or number</source>
        <translation>이름 또는 번호</translation>
    </message>
    <message>
        <source>Name or number to send the call to</source>
        <translation>통화를 넘길 이름 또는 번호</translation>
    </message>
    <message>
        <source>Send &amp;on</source>
        <translation>넘기기(&amp;O)</translation>
    </message>
    <message>
        <source>Send the call there</source>
        <translation>통화를 그쪽으로 넘깁니다</translation>
    </message>
    <message>
        <source>&amp;Now</source>
        <translation>바로(&amp;N)</translation>
    </message>
    <message>
        <source>Connect the two at once, and leave</source>
        <translation>두 사람을 바로 연결하고 빠집니다</translation>
    </message>
    <message>
        <source>Ask &amp;first</source>
        <translation>먼저 물어보기(&amp;F)</translation>
    </message>
    <message>
        <source>Talk to them first; the call waits on hold</source>
        <translation>먼저 통화합니다. 지금 통화는 보류됩니다</translation>
    </message>
    <message>
        <source>Nobody here is called {text}. Is it one of these?</source>
        <translation>{text}(이)라는 사람이 없습니다. 이 중에 있습니까?</translation>
    </message>
    <message>
        <source>Nobody found. Check the spelling, or type a number.</source>
        <translation>찾지 못했습니다. 철자를 확인하거나 번호를 입력하십시오.</translation>
    </message>
</context>
<context>
    <name>Tile</name>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
    <message>
        <source>Pick up the call</source>
        <translation>통화 당겨받기</translation>
    </message>
    <message>
        <source>Move to the front</source>
        <translation>맨 앞으로 이동</translation>
    </message>
    <message>
        <source>Remove from favourites</source>
        <translation>즐겨찾기에서 빼기</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Drop {name}</source>
        <translation>{name} 끊기</translation>
    </message>
    <message>
        <source>&amp;Dial …</source>
        <translation>전화 걸기(&amp;D) …</translation>
    </message>
    <message>
        <source>&amp;Missed calls ({number})</source>
        <translation>부재중 전화(&amp;M) ({number})</translation>
    </message>
    <message>
        <source>Dial the &amp;clipboard</source>
        <translation>클립보드로 전화 걸기(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Show the window</source>
        <translation>창 보기(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>끝내기(&amp;Q)</translation>
    </message>
    <message>
        <source>Answer {name}</source>
        <translation>{name} 받기</translation>
    </message>
    <message>
        <source>Decline {name}</source>
        <translation>{name} 거절</translation>
    </message>
    <message>
        <source>The Call Manager cannot be reached. Calls are not possible until it is back.</source>
        <translation>Call Manager에 연결할 수 없습니다. 돌아올 때까지 전화할 수 없습니다.</translation>
    </message>
    <message>
        <source>Missed call from {name}</source>
        <translation>{name}의 부재중 전화</translation>
    </message>
    <message>
        <source>ready to call</source>
        <translation>전화 가능</translation>
    </message>
    <message>
        <source>no Call Manager, trying again</source>
        <translation>Call Manager 없음, 다시 시도하는 중</translation>
    </message>
</context>
<context>
    <name>TrustDialog</name>
    <message>
        <source>Is this your Call Manager?</source>
        <translation>이것이 귀사의 Call Manager입니까?</translation>
    </message>
    <message>
        <source>The Call Manager shows another certificate than the one that you confirmed. Either it was made anew, or somebody pretends to be it. Ask your administrator before you go on.</source>
        <translation>Call Manager가 확인하신 것과 다른 인증서를 보여 줍니다. 새로 만들었거나 누군가 사칭하고 있습니다. 계속하기 전에 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>The certificate of the Call Manager is its company&apos;s own. Compare the fingerprint with what your administrator gave you, or what “offhook cert show” says on its machine.</source>
        <translation>Call Manager의 인증서는 회사 자체의 것입니다. 관리자가 알려 준 지문이나 그 컴퓨터의 “offhook cert show” 결과와 비교하십시오.</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>지문</translation>
    </message>
    <message>
        <source>Call Manager</source>
        <translation>Call Manager</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>For</source>
        <translation>대상</translation>
    </message>
    <message>
        <source>Good until</source>
        <translation>유효 기간</translation>
    </message>
    <message>
        <source>It is the same: &amp;trust it</source>
        <translation>같음, 신뢰함(&amp;T)</translation>
    </message>
    <message>
        <source>Do &amp;not trust it</source>
        <translation>신뢰하지 않음(&amp;N)</translation>
    </message>
</context>
<context>
    <name>UnsavedQuestion</name>
    <message>
        <source>There are changes in Settings that are not saved. Quit Offhook?</source>
        <translation>설정에 저장하지 않은 변경이 있습니다. Offhook을 끝낼까요?</translation>
    </message>
    <message>
        <source>They are on: {pages}</source>
        <translation>변경된 곳: {pages}</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>계속 사용(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Quit without saving</source>
        <translation>저장하지 않고 끝내기(&amp;Q)</translation>
    </message>
</context>
<context>
    <name>UpdateBar</name>
    <message>
        <source>&amp;What is new</source>
        <translation>새로운 기능(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Install</source>
        <translation>설치(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Later</source>
        <translation>나중에(&amp;L)</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>중지(&amp;P)</translation>
    </message>
    <message>
        <source>Offhook {version} is available</source>
        <translation>Offhook {version}을(를) 설치할 수 있습니다</translation>
    </message>
    <message>
        <source>Fetching Offhook {version}: {percent} %</source>
        <translation>Offhook {version} 다운로드 중: {percent} %</translation>
    </message>
    <message>
        <source>Windows asks whether the setup may be started.</source>
        <translation>설치 프로그램을 시작해도 되는지 Windows가 묻습니다.</translation>
    </message>
    <message>
        <source>It could not be fetched: {reason}</source>
        <translation>다운로드하지 못했습니다: {reason}</translation>
    </message>
    <message>
        <source>The setup has started. Go on in its window.</source>
        <translation>설치 프로그램이 시작되었습니다. 그 창에서 계속하십시오.</translation>
    </message>
    <message>
        <source>Windows did not allow it. Ask your administrator.</source>
        <translation>Windows가 허용하지 않았습니다. 관리자에게 문의하십시오.</translation>
    </message>
</context>
<context>
    <name>Who</name>
    <message>
        <source>The phone of this call</source>
        <translation>이 통화의 전화기</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>번호 복사</translation>
    </message>
</context>
<context>
    <name>card</name>
    <message>
        <source>&amp;Answer</source>
        <translation>받기(&amp;A)</translation>
    </message>
    <message>
        <source>Take the call; one that you are in is put on hold</source>
        <translation>전화를 받습니다. 하고 있던 통화는 보류됩니다</translation>
    </message>
    <message>
        <source>&amp;Connect them</source>
        <translation>연결하기(&amp;C)</translation>
    </message>
    <message>
        <source>Connect the two others with each other, and leave</source>
        <translation>다른 두 사람을 서로 연결하고 빠집니다</translation>
    </message>
    <message>
        <source>De&amp;cline</source>
        <translation>거절(&amp;C)</translation>
    </message>
    <message>
        <source>Refuse the call; the caller is told so</source>
        <translation>전화를 거절합니다. 건 사람에게 알려집니다</translation>
    </message>
    <message>
        <source>&amp;Drop</source>
        <translation>끊기(&amp;D)</translation>
    </message>
    <message>
        <source>End the call</source>
        <translation>통화를 끝냅니다</translation>
    </message>
    <message>
        <source>&amp;Redirect</source>
        <translation>넘기기(&amp;R)</translation>
    </message>
    <message>
        <source>Send the call on without answering it</source>
        <translation>받지 않고 다른 번호로 넘깁니다</translation>
    </message>
    <message>
        <source>&amp;Hold</source>
        <translation>보류(&amp;H)</translation>
    </message>
    <message>
        <source>Put the call on hold</source>
        <translation>통화를 보류합니다</translation>
    </message>
    <message>
        <source>&amp;Retrieve</source>
        <translation>보류 해제(&amp;R)</translation>
    </message>
    <message>
        <source>Take the call back from hold</source>
        <translation>보류한 통화를 다시 시작합니다</translation>
    </message>
    <message>
        <source>&amp;Swap</source>
        <translation>바꾸기(&amp;S)</translation>
    </message>
    <message>
        <source>Take this call back, and put the other one on hold</source>
        <translation>이 통화로 돌아오고 다른 통화를 보류합니다</translation>
    </message>
    <message>
        <source>&amp;Transfer</source>
        <translation>전환(&amp;T)</translation>
    </message>
    <message>
        <source>Connect the other party with somebody else</source>
        <translation>상대방을 다른 사람에게 연결합니다</translation>
    </message>
    <message>
        <source>C&amp;onference</source>
        <translation>회의(&amp;O)</translation>
    </message>
    <message>
        <source>Join your calls, so that all hear each other</source>
        <translation>통화를 합쳐 모두가 서로 듣게 합니다</translation>
    </message>
    <message>
        <source>&amp;Keypad</source>
        <translation>키패드(&amp;K)</translation>
    </message>
    <message>
        <source>Send digits as tones</source>
        <translation>숫자를 신호음으로 보냅니다</translation>
    </message>
    <message>
        <source>&amp;Park</source>
        <translation>파크(&amp;P)</translation>
    </message>
    <message>
        <source>Park the call; any phone may take it from there</source>
        <translation>통화를 파크합니다. 어느 전화기에서나 받을 수 있습니다</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>돌아가기(&amp;B)</translation>
    </message>
    <message>
        <source>End this call, and take the first one back</source>
        <translation>이 통화를 끝내고 처음 통화로 돌아갑니다</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>{text} is no extension; take digits, like 4000, or 4000=Kim</source>
        <translation>{text}: 내선 번호가 아닙니다. 4000 또는 4000=Kim처럼 숫자를 쓰십시오</translation>
    </message>
    <message>
        <source>there is no phone; name at least one, like 4000=Kim</source>
        <translation>전화기가 없습니다. 4000=Kim처럼 하나 이상 쓰십시오</translation>
    </message>
    <message>
        <source>more than {limit} phones; begin with some, and add others later</source>
        <translation>전화기가 {limit}대보다 많습니다. 일부로 시작하고 나머지는 나중에 추가하십시오</translation>
    </message>
    <message>
        <source>{text} is no row of at most {limit} extensions; write it like 4000-4009</source>
        <translation>{text}: 최대 {limit}개의 연속된 내선 번호가 아닙니다. 4000-4009처럼 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is no country; take its two letters, like KR, or nothing</source>
        <translation>{text}: 국가가 아닙니다. KR처럼 두 글자로 쓰거나 비워 두십시오</translation>
    </message>
    <message>
        <source>{file} is there already; change it with offhook config set and offhook terminal add, or name another by --config FILE</source>
        <translation>{file}이(가) 이미 있습니다. offhook config set과 offhook terminal add로 바꾸거나 --config FILE로 다른 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>파일이 없습니다</translation>
    </message>
    <message>
        <source>create it, or name another with --config</source>
        <translation>파일을 만들거나 --config로 다른 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>is a folder</source>
        <translation>폴더입니다</translation>
    </message>
    <message>
        <source>name the file in it, like {file}</source>
        <translation>그 안의 파일을 지정하십시오(예: {file})</translation>
    </message>
    <message>
        <source>cannot be read ({reason})</source>
        <translation>읽을 수 없습니다({reason})</translation>
    </message>
    <message>
        <source>{file} cannot be read ({reason})</source>
        <translation>{file}을(를) 읽을 수 없습니다({reason})</translation>
    </message>
    <message>
        <source>let this user read it</source>
        <translation>이 사용자가 읽을 수 있게 하십시오</translation>
    </message>
    <message>
        <source>let this user read it, or name another</source>
        <translation>이 사용자가 읽을 수 있게 하거나 다른 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>let this user read it, or correct the setting</source>
        <translation>이 사용자가 읽을 수 있게 하거나 설정을 고치십시오</translation>
    </message>
    <message>
        <source>correct the path or let this user read it</source>
        <translation>경로를 고치거나 이 사용자가 읽을 수 있게 하십시오</translation>
    </message>
    <message>
        <source>cannot be written ({reason})</source>
        <translation>쓸 수 없습니다({reason})</translation>
    </message>
    <message>
        <source>let this user write there</source>
        <translation>이 사용자가 그곳에 쓸 수 있게 하십시오</translation>
    </message>
    <message>
        <source>let this user write it, or name another</source>
        <translation>이 사용자가 쓸 수 있게 하거나 다른 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>does not exist</source>
        <translation>없습니다</translation>
    </message>
    <message>
        <source>put it there, the secret in its first line, or correct the setting</source>
        <translation>첫 줄에 암호가 있는 파일을 그곳에 두거나 설정을 고치십시오</translation>
    </message>
    <message>
        <source>is not UTF-8 text</source>
        <translation>UTF-8 텍스트가 아닙니다</translation>
    </message>
    <message>
        <source>save it as UTF-8</source>
        <translation>UTF-8로 저장하십시오</translation>
    </message>
    <message>
        <source>is not TOML: {reason}</source>
        <translation>TOML이 아닙니다: {reason}</translation>
    </message>
    <message>
        <source>correct that place</source>
        <translation>그 부분을 고치십시오</translation>
    </message>
    <message>
        <source>is not a setting</source>
        <translation>설정이 아닙니다</translation>
    </message>
    <message>
        <source>did you mean {text}?</source>
        <translation>{text}입니까?</translation>
    </message>
    <message>
        <source>remove it; {name} takes {text}</source>
        <translation>지우십시오. {name}에 쓸 수 있는 것: {text}</translation>
    </message>
    <message>
        <source>is missing</source>
        <translation>빠져 있습니다</translation>
    </message>
    <message>
        <source>is missing while {name} is set</source>
        <translation>{name}이(가) 설정되어 있는데 빠져 있습니다</translation>
    </message>
    <message>
        <source>set both</source>
        <translation>둘 다 설정하십시오</translation>
    </message>
    <message>
        <source>is set as well as {name}</source>
        <translation>{name}과(와) 함께 설정되어 있습니다</translation>
    </message>
    <message>
        <source>keep one of them</source>
        <translation>하나만 남기십시오</translation>
    </message>
    <message>
        <source>{text} is already used above</source>
        <translation>{text}: 위에서 이미 사용되었습니다</translation>
    </message>
    <message>
        <source>give each its own</source>
        <translation>각각 다르게 지정하십시오</translation>
    </message>
    <message>
        <source>must be {text}; this is {state}</source>
        <translation>올바른 값: {text}. 현재: {state}</translation>
    </message>
    <message>
        <source>must be {text}, not {state}</source>
        <translation>올바른 값: {text}. 현재: {state}</translation>
    </message>
    <message>
        <source>must be from {number} to {limit}, not {text}</source>
        <translation>{number}에서 {limit} 사이여야 합니다. 현재: {text}</translation>
    </message>
    <message>
        <source>has control characters in it</source>
        <translation>제어 문자가 들어 있습니다</translation>
    </message>
    <message>
        <source>remove them</source>
        <translation>제어 문자를 지우십시오</translation>
    </message>
    <message>
        <source>correct it</source>
        <translation>고치십시오</translation>
    </message>
    <message>
        <source>correct that entry</source>
        <translation>그 항목을 고치십시오</translation>
    </message>
    <message>
        <source>text</source>
        <translation>텍스트</translation>
    </message>
    <message>
        <source>text in quotes</source>
        <translation>따옴표로 묶은 텍스트</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 또는 false</translation>
    </message>
    <message>
        <source>true or false, without quotes</source>
        <translation>따옴표 없는 true 또는 false</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>숫자</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>정수</translation>
    </message>
    <message>
        <source>a whole number from {number} to {limit}</source>
        <translation>{number}에서 {limit} 사이의 정수</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>목록</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>테이블</translation>
    </message>
    <message>
        <source>one of: {text}</source>
        <translation>다음 중 하나: {text}</translation>
    </message>
    <message>
        <source>a path, as text in quotes</source>
        <translation>따옴표로 묶은 경로</translation>
    </message>
    <message>
        <source>an address and a port, like &quot;127.0.0.1:7700&quot; or &quot;[::1]:7700&quot;</source>
        <translation>주소와 포트(예: &quot;127.0.0.1:7700&quot; 또는 &quot;[::1]:7700&quot;)</translation>
    </message>
    <message>
        <source>digits like &quot;2&quot;, without the leading 0</source>
        <translation>맨 앞의 0을 뺀 숫자(예: &quot;2&quot;)</translation>
    </message>
    <message>
        <source>what gets an outside line, like &quot;9&quot;</source>
        <translation>외부 회선을 잡는 번호(예: &quot;9&quot;)</translation>
    </message>
    <message>
        <source>the id of a terminal</source>
        <translation>단말의 ID</translation>
    </message>
    <message>
        <source>{text} is not a host</source>
        <translation>{text}: 호스트가 아닙니다</translation>
    </message>
    <message>
        <source>write it like &quot;pbx.example&quot;, or &quot;192.0.2.5:5060&quot; with a port</source>
        <translation>&quot;pbx.example&quot;처럼, 포트가 있으면 &quot;192.0.2.5:5060&quot;처럼 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is not an address of this machine</source>
        <translation>{text}: 이 컴퓨터의 주소가 아닙니다</translation>
    </message>
    <message>
        <source>take one like &quot;127.0.0.1&quot;</source>
        <translation>&quot;127.0.0.1&quot;처럼 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is not a port</source>
        <translation>{text}: 포트가 아닙니다</translation>
    </message>
    <message>
        <source>take one from {number} to {limit}</source>
        <translation>{number}에서 {limit} 사이의 값을 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is not a country</source>
        <translation>{text}: 국가가 아닙니다</translation>
    </message>
    <message>
        <source>take its two letters, like &quot;KR&quot;</source>
        <translation>&quot;KR&quot;처럼 두 글자로 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is not a WebSocket address</source>
        <translation>{text}: WebSocket 주소가 아닙니다</translation>
    </message>
    <message>
        <source>write it like &quot;wss://manager.example:7701&quot;</source>
        <translation>&quot;wss://manager.example:7701&quot;처럼 쓰십시오</translation>
    </message>
    <message>
        <source>ws:// to another machine would send passwords in the clear</source>
        <translation>다른 컴퓨터에 ws://로 연결하면 암호가 암호화되지 않은 채 전송됩니다</translation>
    </message>
    <message>
        <source>use wss://</source>
        <translation>wss://를 쓰십시오</translation>
    </message>
    <message>
        <source>there is no phone</source>
        <translation>전화기가 없습니다</translation>
    </message>
    <message>
        <source>add one: {text}</source>
        <translation>추가하십시오: {text}</translation>
    </message>
    <message>
        <source>is missing: the Call Manager elsewhere wants a login</source>
        <translation>빠져 있습니다. 다른 곳의 Call Manager에는 로그인이 필요합니다</translation>
    </message>
    <message>
        <source>set user and password_file (there: offhook user add)</source>
        <translation>user와 password_file을 설정하십시오(그곳에서: offhook user add)</translation>
    </message>
    <message>
        <source>is missing while {name} is open to other machines</source>
        <translation>{name}이(가) 다른 컴퓨터에 열려 있는데 빠져 있습니다</translation>
    </message>
    <message>
        <source>set tls_certificate and tls_key, or listen on 127.0.0.1</source>
        <translation>tls_certificate와 tls_key를 설정하거나 127.0.0.1에서 수신하십시오</translation>
    </message>
    <message>
        <source>is false while {name} is open to other machines</source>
        <translation>{name}이(가) 다른 컴퓨터에 열려 있는데 false입니다</translation>
    </message>
    <message>
        <source>set it to true, or listen on 127.0.0.1</source>
        <translation>true로 설정하거나 127.0.0.1에서 수신하십시오</translation>
    </message>
    <message>
        <source>there is a phone {text} already</source>
        <translation>전화기 {text}이(가) 이미 있습니다</translation>
    </message>
    <message>
        <source>remove it first</source>
        <translation>먼저 제거하십시오</translation>
    </message>
    <message>
        <source>there is no phone {text}</source>
        <translation>전화기 {text}이(가) 없습니다</translation>
    </message>
    <message>
        <source>phone {text} has not answered</source>
        <translation>전화기 {text}이(가) 응답하지 않았습니다</translation>
    </message>
    <message>
        <source>restart it by hand</source>
        <translation>직접 다시 시작하십시오</translation>
    </message>
    <message>
        <source>phone {text}: {reason}</source>
        <translation>전화기 {text}: {reason}</translation>
    </message>
    <message>
        <source>it is not registered</source>
        <translation>등록되어 있지 않습니다</translation>
    </message>
    <message>
        <source>a {name} cannot be told to</source>
        <translation>{name}에는 지시할 수 없습니다</translation>
    </message>
    <message>
        <source>the network cannot be asked: {reason}</source>
        <translation>네트워크에 물어볼 수 없습니다: {reason}</translation>
    </message>
    <message>
        <source>check network and firewall (UDP 5353)</source>
        <translation>네트워크와 방화벽(UDP 5353)을 확인하십시오</translation>
    </message>
    <message>
        <source>no TLS server answers at {name} ({reason})</source>
        <translation>{name}에서 응답하는 TLS 서버가 없습니다({reason})</translation>
    </message>
    <message>
        <source>check the URL</source>
        <translation>URL을 확인하십시오</translation>
    </message>
    <message>
        <source>{name} shows an invalid certificate ({reason})</source>
        <translation>{name}의 인증서가 올바르지 않습니다({reason})</translation>
    </message>
    <message>
        <source>write it like {example}</source>
        <translation>{example}처럼 쓰십시오</translation>
    </message>
    <message>
        <source>name it, like {example}</source>
        <translation>지정하십시오(예: {example})</translation>
    </message>
    <message>
        <source>add one like {example}</source>
        <translation>추가하십시오(예: {example})</translation>
    </message>
    <message>
        <source>add it, like {example}</source>
        <translation>추가하십시오(예: {example})</translation>
    </message>
    <message>
        <source>take one of: {text}</source>
        <translation>다음 중 하나를 쓰십시오: {text}</translation>
    </message>
    <message>
        <source>set it to one of: {text}</source>
        <translation>다음 중 하나로 설정하십시오: {text}</translation>
    </message>
    <message>
        <source>set it to a path, like {example}</source>
        <translation>경로로 설정하십시오(예: {example})</translation>
    </message>
    <message>
        <source>{text}, like {example}</source>
        <translation>{text}(예: {example})</translation>
    </message>
    <message>
        <source>{text}, or leave it out</source>
        <translation>{text} 지우십시오</translation>
    </message>
    <message>
        <source>keep one of them, as [{name}]</source>
        <translation>[{name}] 하나만 남기십시오</translation>
    </message>
    <message>
        <source>keep one</source>
        <translation>하나만 남기십시오</translation>
    </message>
    <message>
        <source>name another</source>
        <translation>다른 것을 지정하십시오</translation>
    </message>
    <message>
        <source>name at least one</source>
        <translation>하나 이상 지정하십시오</translation>
    </message>
    <message>
        <source>name each once</source>
        <translation>각각 한 번만 지정하십시오</translation>
    </message>
    <message>
        <source>name one</source>
        <translation>하나를 지정하십시오</translation>
    </message>
    <message>
        <source>give each its own port</source>
        <translation>각각 다른 포트를 지정하십시오</translation>
    </message>
    <message>
        <source>correct it, or take it out</source>
        <translation>고치거나 빼십시오</translation>
    </message>
    <message>
        <source>correct it or leave the key out</source>
        <translation>고치거나 설정을 지우십시오</translation>
    </message>
    <message>
        <source>take one of the two</source>
        <translation>둘 중 하나만 쓰십시오</translation>
    </message>
    <message>
        <source>set both, or neither</source>
        <translation>둘 다 설정하거나 둘 다 지우십시오</translation>
    </message>
    <message>
        <source>set both, or neither to be anonymous</source>
        <translation>둘 다 설정하거나, 익명이면 둘 다 지우십시오</translation>
    </message>
    <message>
        <source>is set as well as {name}, which is another name for the same</source>
        <translation>같은 설정의 다른 이름인 {name}과(와) 함께 설정되어 있습니다</translation>
    </message>
    <message>
        <source>must be a table, this is {state}</source>
        <translation>테이블이어야 합니다. 현재: {state}</translation>
    </message>
    <message>
        <source>write it as a section [{name}]</source>
        <translation>[{name}] 구역으로 쓰십시오</translation>
    </message>
    <message>
        <source>must be a list of tables, this is {state}</source>
        <translation>테이블의 목록이어야 합니다. 현재: {state}</translation>
    </message>
    <message>
        <source>write each as [[{name}]]</source>
        <translation>각각 [[{name}]](으)로 쓰십시오</translation>
    </message>
    <message>
        <source>must be a path, not empty</source>
        <translation>비어 있지 않은 경로여야 합니다</translation>
    </message>
    <message>
        <source>must be text without control characters, and not empty</source>
        <translation>제어 문자가 없고 비어 있지 않은 텍스트여야 합니다</translation>
    </message>
    <message>
        <source>is not a file but a pipe or a device</source>
        <translation>파일이 아니라 파이프나 장치입니다</translation>
    </message>
    <message>
        <source>give a file; who opens this one may wait for ever</source>
        <translation>파일을 지정하십시오. 이것을 열면 끝없이 기다릴 수 있습니다</translation>
    </message>
    <message>
        <source>{text} names no home folder</source>
        <translation>{text}: 홈 폴더가 아닙니다</translation>
    </message>
    <message>
        <source>write the path in full</source>
        <translation>전체 경로를 쓰십시오</translation>
    </message>
    <message>
        <source>has more than {limit} bytes</source>
        <translation>{limit}바이트보다 큽니다</translation>
    </message>
    <message>
        <source>name the configuration file</source>
        <translation>구성 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>name the configuration that is to hold</source>
        <translation>사용할 구성 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>{text} is not a level</source>
        <translation>{text}: 수준이 아닙니다</translation>
    </message>
    <message>
        <source>holds no secret in its first line</source>
        <translation>첫 줄에 암호가 없습니다</translation>
    </message>
    <message>
        <source>write it there as plain text</source>
        <translation>그곳에 일반 텍스트로 쓰십시오</translation>
    </message>
    <message>
        <source>write the secret as one line of text</source>
        <translation>암호를 한 줄의 텍스트로 쓰십시오</translation>
    </message>
    <message>
        <source>make its folder writable</source>
        <translation>폴더에 쓸 수 있게 하십시오</translation>
    </message>
    <message>
        <source>is exposed</source>
        <translation>다른 사용자에게 열려 있습니다</translation>
    </message>
    <message>
        <source>cannot be used: {reason}</source>
        <translation>사용할 수 없습니다: {reason}</translation>
    </message>
    <message>
        <source>cannot be used ({reason})</source>
        <translation>사용할 수 없습니다({reason})</translation>
    </message>
    <message>
        <source>give a readable PEM file</source>
        <translation>읽을 수 있는 PEM 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>give readable PEM files</source>
        <translation>읽을 수 있는 PEM 파일들을 지정하십시오</translation>
    </message>
    <message>
        <source>set tls_certificate and tls_key, here or in [sscp], or listen on 127.0.0.1</source>
        <translation>여기나 [sscp]에서 tls_certificate와 tls_key를 설정하거나 127.0.0.1에서 수신하십시오</translation>
    </message>
    <message>
        <source>cannot be changed here ({reason})</source>
        <translation>여기에서 바꿀 수 없습니다 ({reason})</translation>
    </message>
    <message>
        <source>change it in an editor</source>
        <translation>편집기에서 바꾸십시오</translation>
    </message>
    <message>
        <source>nested too deeply</source>
        <translation>너무 깊이 중첩되어 있습니다</translation>
    </message>
    <message>
        <source>a number has too many digits</source>
        <translation>숫자의 자릿수가 너무 많습니다</translation>
    </message>
    <message>
        <source>take the plain quotes of the keyboard, &quot; or &apos;</source>
        <translation>키보드의 곧은 따옴표 &quot; 또는 &apos;를 쓰십시오</translation>
    </message>
    <message>
        <source>an invisible character stands there; write that line anew</source>
        <translation>보이지 않는 문자가 있습니다. 그 줄을 새로 쓰십시오</translation>
    </message>
    <message>
        <source>write each backslash twice, or put the text into single quotes: &apos;...&apos;</source>
        <translation>백슬래시를 두 번씩 쓰거나, 텍스트를 작은따옴표로 묶으십시오: &apos;...&apos;</translation>
    </message>
    <message>
        <source>put quotes at the end of the text, too</source>
        <translation>텍스트 끝에도 따옴표를 넣으십시오</translation>
    </message>
    <message>
        <source>close the brackets</source>
        <translation>괄호를 닫으십시오</translation>
    </message>
    <message>
        <source>it is there already; put all of its settings below the first one</source>
        <translation>이미 있습니다. 설정을 모두 첫 번째 것 아래에 쓰십시오</translation>
    </message>
    <message>
        <source>it is there already; keep one of them</source>
        <translation>이미 있습니다. 하나만 남기십시오</translation>
    </message>
    <message>
        <source>write a setting like {text}</source>
        <translation>설정은 이렇게 쓰십시오: {text}</translation>
    </message>
    <message>
        <source>write true or false, in small letters and without quotes</source>
        <translation>true 또는 false를 소문자로, 따옴표 없이 쓰십시오</translation>
    </message>
    <message>
        <source>write text in quotes, like {text}</source>
        <translation>텍스트는 따옴표로 묶으십시오: {text}</translation>
    </message>
    <message>
        <source>write text in quotes, like {text}, and a comma between two</source>
        <translation>텍스트는 따옴표로 묶고({text}), 두 값 사이에는 쉼표를 넣으십시오</translation>
    </message>
    <message>
        <source>write names in letters from a to z, without spaces</source>
        <translation>이름은 a부터 z까지의 글자로, 빈칸 없이 쓰십시오</translation>
    </message>
    <message>
        <source>A new one is made at the next start</source>
        <translation>다음 시작 때 새로 만들어집니다</translation>
    </message>
    <message>
        <source>Give a readable PEM file</source>
        <translation>읽을 수 있는 PEM 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>Give readable PEM files</source>
        <translation>읽을 수 있는 PEM 파일들을 지정하십시오</translation>
    </message>
    <message>
        <source>is missing while tls_listen is set</source>
        <translation>tls_listen이 설정되어 있는데 빠져 있습니다</translation>
    </message>
    <message>
        <source>set it and tls_key</source>
        <translation>이것과 tls_key를 설정하십시오</translation>
    </message>
    <message>
        <source>is set while transport is &quot;{text}&quot;</source>
        <translation>transport가 &quot;{text}&quot;인데 설정되어 있습니다</translation>
    </message>
    <message>
        <source>set transport = &quot;tls&quot;</source>
        <translation>transport = &quot;tls&quot;로 설정하십시오</translation>
    </message>
    <message>
        <source>add one: offhook terminal add 4000 --name Kim</source>
        <translation>추가하십시오: offhook terminal add 4000 --name Kim</translation>
    </message>
    <message>
        <source>add one: offhook terminal add 4000 --name Kim; or set up all that is needed: offhook init</source>
        <translation>추가하십시오: offhook terminal add 4000 --name Kim. 또는 필요한 것을 모두 설정하십시오: offhook init</translation>
    </message>
    <message>
        <source>{text} is there already</source>
        <translation>{text}이(가) 이미 있습니다</translation>
    </message>
    <message>
        <source>take another extension</source>
        <translation>다른 내선 번호를 쓰십시오</translation>
    </message>
    <message>
        <source>is missing: phone {text} could not register</source>
        <translation>빠져 있습니다. 전화기 {text}이(가) 등록할 수 없습니다</translation>
    </message>
    <message>
        <source>is missing: {text} could not register</source>
        <translation>빠져 있습니다. {text}이(가) 등록할 수 없습니다</translation>
    </message>
    <message>
        <source>set it or password_file</source>
        <translation>이것이나 password_file을 설정하십시오</translation>
    </message>
    <message>
        <source>{text} is already that of {name}</source>
        <translation>{text}은(는) 이미 {name}의 것입니다</translation>
    </message>
    <message>
        <source>{text} is taken by {name}</source>
        <translation>{text}은(는) {name}에서 사용 중입니다</translation>
    </message>
    <message>
        <source>{text} is not a [[terminal]]</source>
        <translation>{text}: [[terminal]]이 아닙니다</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]]</source>
        <translation>{text}: [[terminal]]이 아닙니다</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]] and no [[group]]</source>
        <translation>{text}: [[terminal]]도 [[group]]도 아닙니다</translation>
    </message>
    <message>
        <source>{text} is no [[terminal]], and no trunk is used for music</source>
        <translation>{text}: [[terminal]]이 아니며, 음악에는 트렁크를 쓰지 않습니다</translation>
    </message>
    <message>
        <source>name a terminal that answers by itself and plays, or take it out</source>
        <translation>스스로 받아서 재생하는 단말을 지정하거나 빼십시오</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>아직 없음</translation>
    </message>
    <message>
        <source>is empty, no phone could register</source>
        <translation>비어 있어 어떤 전화기도 등록할 수 없습니다</translation>
    </message>
    <message>
        <source>is missing, and so is users</source>
        <translation>users와 함께 빠져 있습니다</translation>
    </message>
    <message>
        <source>say who belongs to the group</source>
        <translation>그룹에 누가 속하는지 지정하십시오</translation>
    </message>
    <message>
        <source>is missing: nothing would ring</source>
        <translation>빠져 있습니다. 아무것도 울리지 않습니다</translation>
    </message>
    <message>
        <source>{text} is in another {name} than the phones that ring</source>
        <translation>{text}은(는) 울리는 전화기와 다른 {name}에 속합니다</translation>
    </message>
    <message>
        <source>name one of that part</source>
        <translation>같은 부분의 전화기를 지정하세요</translation>
    </message>
    <message>
        <source>name phones of one part</source>
        <translation>한 부분의 전화기만 지정하세요</translation>
    </message>
    <message>
        <source>name phones or groups, like {example}</source>
        <translation>전화기나 그룹을 지정하십시오(예: {example})</translation>
    </message>
    <message>
        <source>is of calls by a [[trunk]], and there is none</source>
        <translation>[[trunk]]로 오는 통화에 대한 것인데 [[trunk]]가 없습니다</translation>
    </message>
    <message>
        <source>add a trunk, or take it out</source>
        <translation>트렁크를 추가하거나 빼십시오</translation>
    </message>
    <message>
        <source>name one, a number like +491701234567, or take: {text}</source>
        <translation>하나를 지정하거나, +491701234567 같은 번호나 다음을 쓰십시오: {text}</translation>
    </message>
    <message>
        <source>the group {text} has no phones</source>
        <translation>그룹 {text}에 전화기가 없습니다</translation>
    </message>
    <message>
        <source>give it some, or name others</source>
        <translation>전화기를 넣거나 다른 그룹을 지정하십시오</translation>
    </message>
    <message>
        <source>is {text}, which is no number that a caller may be sent on to</source>
        <translation>{text}: 발신자를 넘길 수 없는 번호입니다</translation>
    </message>
    <message>
        <source>name another one</source>
        <translation>다른 번호를 지정하십시오</translation>
    </message>
    <message>
        <source>is {text}, a number for help, which has to go out by the [[trunk]]</source>
        <translation>{text}: [[trunk]]로 나가야 하는 긴급 번호입니다</translation>
    </message>
    <message>
        <source>give the phone another id</source>
        <translation>전화기에 다른 ID를 지정하십시오</translation>
    </message>
    <message>
        <source>is set, but phones register at the telephone system ({name}), not here</source>
        <translation>설정되어 있지만 전화기는 여기가 아니라 전화 시스템({name})에 등록합니다</translation>
    </message>
    <message>
        <source>remove it, and provision the phones there</source>
        <translation>지우고 전화기는 그곳에서 설정하십시오</translation>
    </message>
    <message>
        <source>has {text} and no {name}-off</source>
        <translation>{text}은(는) 있고 {name}-off는 없습니다</translation>
    </message>
    <message>
        <source>name the code that ends it, too</source>
        <translation>끝내는 코드도 지정하십시오</translation>
    </message>
    <message>
        <source>is missing: no provider is named</source>
        <translation>빠져 있습니다. 통신사가 지정되지 않았습니다</translation>
    </message>
    <message>
        <source>is missing: no PBX is named</source>
        <translation>빠져 있습니다. PBX가 지정되지 않았습니다</translation>
    </message>
    <message>
        <source>is less than 5 seconds</source>
        <translation>5초보다 짧습니다</translation>
    </message>
    <message>
        <source>set 0 for never, or 5 to 3600</source>
        <translation>하지 않으려면 0, 아니면 5에서 3600으로 설정하십시오</translation>
    </message>
    <message>
        <source>is missing: who registers at the provider?</source>
        <translation>빠져 있습니다. 통신사에 누가 등록합니까?</translation>
    </message>
    <message>
        <source>name the account, or set register = false where it is known by its address</source>
        <translation>계정을 지정하거나, 주소로 식별되면 register = false로 설정하십시오</translation>
    </message>
    <message>
        <source>is missing while from_account is set</source>
        <translation>from_account가 설정되어 있는데 빠져 있습니다</translation>
    </message>
    <message>
        <source>name the account</source>
        <translation>계정을 지정하십시오</translation>
    </message>
    <message>
        <source>is none of numbers</source>
        <translation>numbers에 없습니다</translation>
    </message>
    <message>
        <source>add it there, or take one of them</source>
        <translation>그곳에 추가하거나 그중 하나를 쓰십시오</translation>
    </message>
    <message>
        <source>is of a trunk, and switch.driver is {name}, which has its own way out</source>
        <translation>트렁크 설정인데 switch.driver가 자체 외부 회선을 가진 {name}입니다</translation>
    </message>
    <message>
        <source>take the trunk out, or set switch.driver = &quot;embedded&quot;</source>
        <translation>트렁크를 빼거나 switch.driver = &quot;embedded&quot;로 설정하십시오</translation>
    </message>
    <message>
        <source>is {text}, where the provider of trunk {name} ({reason}) reaches nobody</source>
        <translation>{text}: 트렁크 {name}의 통신사({reason})가 연결할 수 없는 주소입니다</translation>
    </message>
    <message>
        <source>listen on this machine&apos;s address in its network, like {example}</source>
        <translation>그 네트워크에서 이 컴퓨터의 주소로 수신하십시오(예: {example})</translation>
    </message>
    <message>
        <source>{text} is not an address without user and password</source>
        <translation>{text}: 사용자와 암호가 없는 주소가 아닙니다</translation>
    </message>
    <message>
        <source>has characters that are in no address</source>
        <translation>주소에 쓸 수 없는 문자가 있습니다</translation>
    </message>
    <message>
        <source>write them as %20 and the like</source>
        <translation>%20과 같은 형식으로 쓰십시오</translation>
    </message>
    <message>
        <source>would send who calls whom in the clear</source>
        <translation>누가 누구에게 전화하는지 암호화되지 않은 채 전송됩니다</translation>
    </message>
    <message>
        <source>use https://, or set allow_private = true</source>
        <translation>https://를 쓰거나 allow_private = true로 설정하십시오</translation>
    </message>
    <message>
        <source>has fewer than {limit} characters</source>
        <translation>{limit}자보다 짧습니다</translation>
    </message>
    <message>
        <source>make one: openssl rand -base64 32</source>
        <translation>만드십시오: openssl rand -base64 32</translation>
    </message>
    <message>
        <source>make one: openssl rand -base64 32 &gt; crm.secret, and name the file</source>
        <translation>만드십시오: openssl rand -base64 32 &gt; crm.secret. 그리고 파일을 지정하십시오</translation>
    </message>
    <message>
        <source>or program has to be set, and only one of them</source>
        <translation>url과 program 중 하나만 설정해야 합니다</translation>
    </message>
    <message>
        <source>has to begin with http:// or https:// and a host that is always the same</source>
        <translation>http:// 또는 https://와 항상 같은 호스트로 시작해야 합니다</translation>
    </message>
    <message>
        <source>begins with what a caller would choose</source>
        <translation>발신자가 정할 수 있는 값으로 시작합니다</translation>
    </message>
    <message>
        <source>name the program</source>
        <translation>프로그램을 지정하십시오</translation>
    </message>
    <message>
        <source>is a batch file, in which a caller&apos;s name could be a command</source>
        <translation>발신자의 이름이 명령으로 실행될 수 있는 배치 파일입니다</translation>
    </message>
    <message>
        <source>name an .exe, like powershell.exe with -File and a script</source>
        <translation>-File과 스크립트를 쓴 powershell.exe 같은 .exe를 지정하십시오</translation>
    </message>
    <message>
        <source>has {{{name}}}</source>
        <translation>{{{name}}}이(가) 있습니다</translation>
    </message>
    <message>
        <source>has a brace without the other one</source>
        <translation>짝이 없는 중괄호가 있습니다</translation>
    </message>
    <message>
        <source>write {{number}} and the like</source>
        <translation>{{number}} 같은 형식으로 쓰십시오</translation>
    </message>
    <message>
        <source>{text} is not the address of an LDAP server</source>
        <translation>{text}: LDAP 서버의 주소가 아닙니다</translation>
    </message>
    <message>
        <source>is not a valid LDAP filter: {reason}</source>
        <translation>올바른 LDAP 필터가 아닙니다: {reason}</translation>
    </message>
    <message>
        <source>set where people are, like {example}</source>
        <translation>사람이 있는 위치를 설정하십시오(예: {example})</translation>
    </message>
    <message>
        <source>is true while ldaps:// encrypts already</source>
        <translation>ldaps://가 이미 암호화하는데 true입니다</translation>
    </message>
    <message>
        <source>is false: the password would go to another machine in the clear</source>
        <translation>false입니다. 암호가 암호화되지 않은 채 다른 컴퓨터로 전송됩니다</translation>
    </message>
    <message>
        <source>leave it out, or take an ldaps:// url</source>
        <translation>지우거나 ldaps:// 주소를 쓰십시오</translation>
    </message>
    <message>
        <source>is set while nothing is encrypted</source>
        <translation>암호화하지 않는데 설정되어 있습니다</translation>
    </message>
    <message>
        <source>leave start_tls out</source>
        <translation>start_tls를 지우십시오</translation>
    </message>
    <message>
        <source>{text} is not a known encoding</source>
        <translation>{text}: 알 수 없는 인코딩입니다</translation>
    </message>
    <message>
        <source>write it like &quot;windows-1252&quot;, or leave it out</source>
        <translation>&quot;windows-1252&quot;처럼 쓰거나 지우십시오</translation>
    </message>
    <message>
        <source>is empty, nobody could log in</source>
        <translation>비어 있어 아무도 로그인할 수 없습니다</translation>
    </message>
    <message>
        <source>name at least &quot;local&quot;</source>
        <translation>적어도 &quot;local&quot;을 지정하십시오</translation>
    </message>
    <message>
        <source>names a source twice</source>
        <translation>같은 원본을 두 번 지정합니다</translation>
    </message>
    <message>
        <source>cannot tell a directory source called local</source>
        <translation>local이라는 디렉터리 원본을 구별할 수 없습니다</translation>
    </message>
    <message>
        <source>call it otherwise</source>
        <translation>다른 이름을 쓰십시오</translation>
    </message>
    <message>
        <source>{text} would get passwords in the clear</source>
        <translation>{text}에 암호가 암호화되지 않은 채 전송됩니다</translation>
    </message>
    <message>
        <source>set start_tls = true there, or an ldaps:// url</source>
        <translation>그곳에서 start_tls = true나 ldaps:// 주소로 설정하십시오</translation>
    </message>
    <message>
        <source>must be a list of: {text}, not {state}</source>
        <translation>다음의 목록이어야 합니다: {text}. 현재: {state}</translation>
    </message>
    <message>
        <source>is missing, and so are terminals and roles</source>
        <translation>terminals, roles와 함께 빠져 있습니다</translation>
    </message>
    <message>
        <source>say whom the rule is for</source>
        <translation>규칙이 누구에게 적용되는지 지정하십시오</translation>
    </message>
    <message>
        <source>is missing, and so is allow</source>
        <translation>allow와 함께 빠져 있습니다</translation>
    </message>
    <message>
        <source>say what the rule is about</source>
        <translation>규칙의 내용을 지정하십시오</translation>
    </message>
    <message>
        <source>a list of codes</source>
        <translation>코드의 목록</translation>
    </message>
    <message>
        <source>a list of codes, like {example}; the names are {text}</source>
        <translation>코드의 목록(예: {example}). 이름: {text}</translation>
    </message>
    <message>
        <source>a list of what numbers begin with as they are dialled</source>
        <translation>전화를 걸 때 번호의 앞부분 목록</translation>
    </message>
    <message>
        <source>a list of what numbers begin with</source>
        <translation>번호의 앞부분 목록</translation>
    </message>
    <message>
        <source>a list of beginnings of numbers with their country</source>
        <translation>국가 번호를 포함한 번호 앞부분의 목록</translation>
    </message>
    <message>
        <source>a list of names, in quotes</source>
        <translation>따옴표로 묶은 이름의 목록</translation>
    </message>
    <message>
        <source>a list of names</source>
        <translation>이름의 목록</translation>
    </message>
    <message>
        <source>a list of users</source>
        <translation>사용자의 목록</translation>
    </message>
    <message>
        <source>a list of phones</source>
        <translation>전화기의 목록</translation>
    </message>
    <message>
        <source>a list of phones or groups</source>
        <translation>전화기나 그룹의 목록</translation>
    </message>
    <message>
        <source>a list of phones, like {example}, or {text}</source>
        <translation>전화기의 목록(예: {example} 또는 {text})</translation>
    </message>
    <message>
        <source>a list of numbers or ranges</source>
        <translation>번호나 범위의 목록</translation>
    </message>
    <message>
        <source>a list of days</source>
        <translation>날짜의 목록</translation>
    </message>
    <message>
        <source>a list of days and times</source>
        <translation>요일과 시간의 목록</translation>
    </message>
    <message>
        <source>a list of addresses</source>
        <translation>주소의 목록</translation>
    </message>
    <message>
        <source>a list of addresses or networks</source>
        <translation>주소나 네트워크의 목록</translation>
    </message>
    <message>
        <source>a list of IPv6 networks</source>
        <translation>IPv6 네트워크의 목록</translation>
    </message>
    <message>
        <source>a list of header lines</source>
        <translation>헤더 줄의 목록</translation>
    </message>
    <message>
        <source>a list of: {text}</source>
        <translation>다음의 목록: {text}</translation>
    </message>
    <message>
        <source>a list of {text}</source>
        <translation>{text}의 목록</translation>
    </message>
    <message>
        <source>an attribute</source>
        <translation>속성</translation>
    </message>
    <message>
        <source>1 to {limit} characters</source>
        <translation>1자에서 {limit}자</translation>
    </message>
    <message>
        <source>1 to {limit} characters without quotes</source>
        <translation>따옴표 없는 1자에서 {limit}자</translation>
    </message>
    <message>
        <source>1 to {limit} letters, digits or . _ + - in quotes</source>
        <translation>따옴표로 묶은 문자, 숫자, . _ + - 1자에서 {limit}자</translation>
    </message>
    <message>
        <source>the name of an encoding</source>
        <translation>인코딩 이름</translation>
    </message>
    <message>
        <source>letters and digits</source>
        <translation>문자와 숫자</translation>
    </message>
    <message>
        <source>a name in quotes</source>
        <translation>따옴표로 묶은 이름</translation>
    </message>
    <message>
        <source>a user at the PBX</source>
        <translation>PBX의 사용자</translation>
    </message>
    <message>
        <source>a user at the provider</source>
        <translation>통신사의 사용자</translation>
    </message>
    <message>
        <source>a domain</source>
        <translation>도메인</translation>
    </message>
    <message>
        <source>a host</source>
        <translation>호스트</translation>
    </message>
    <message>
        <source>a host&apos;s name</source>
        <translation>호스트 이름</translation>
    </message>
    <message>
        <source>a number with its country</source>
        <translation>국가 번호를 포함한 번호</translation>
    </message>
    <message>
        <source>a number that can be called, at most {limit} characters</source>
        <translation>전화를 걸 수 있는 번호, 최대 {limit}자</translation>
    </message>
    <message>
        <source>a code that begins with * or #</source>
        <translation>* 또는 #으로 시작하는 코드</translation>
    </message>
    <message>
        <source>a phone</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>a phone, a number outside, or one of: {text}</source>
        <translation>전화기, 외부 번호 또는 다음 중 하나: {text}</translation>
    </message>
    <message>
        <source>digits like {example}</source>
        <translation>숫자(예: {example})</translation>
    </message>
    <message>
        <source>up to {limit} letters, digits, dots and hyphens</source>
        <translation>문자, 숫자, 점, 하이픈 최대 {limit}자</translation>
    </message>
    <message>
        <source>a number of {text} from {number} to {limit}, without quotes</source>
        <translation>따옴표 없는 {number}에서 {limit} 사이의 수({text})</translation>
    </message>
    <message>
        <source>is missing, and relay is &quot;{text}&quot; for trunk {name}</source>
        <translation>빠져 있는데 트렁크 {name}의 relay가 &quot;{text}&quot;입니다</translation>
    </message>
    <message>
        <source>is set, and switch.driver is {name}, which sees to media by itself</source>
        <translation>설정되어 있는데 switch.driver가 미디어를 직접 처리하는 {name}입니다</translation>
    </message>
    <message>
        <source>name a file that holds a long random word, or listen on 127.0.0.1</source>
        <translation>긴 임의의 단어가 있는 파일을 지정하거나 127.0.0.1에서 수신하십시오</translation>
    </message>
    <message>
        <source>take it out, and set up the relay there</source>
        <translation>빼고 중계는 그곳에서 설정하십시오</translation>
    </message>
    <message>
        <source>is not a list of tables</source>
        <translation>테이블의 목록이 아닙니다</translation>
    </message>
    <message>
        <source>what answers there is no Call Manager; correct its address and port</source>
        <translation>그곳에서 응답하는 것은 Call Manager가 아닙니다. 주소와 포트를 고치십시오</translation>
    </message>
    <message>
        <source>what answers there is no Call Manager; correct its address and port ({reason})</source>
        <translation>그곳에서 응답하는 것은 Call Manager가 아닙니다. 주소와 포트를 고치십시오({reason})</translation>
    </message>
    <message>
        <source>it does not speak TLS there; correct the port, or use the address that its administrator tells</source>
        <translation>그곳에서는 TLS를 쓰지 않습니다. 포트를 고치거나 관리자가 알려 준 주소를 쓰십시오</translation>
    </message>
    <message>
        <source>it does not answer; check its address, that the machine is on, and firewalls between</source>
        <translation>응답하지 않습니다. 주소, 컴퓨터가 켜져 있는지, 중간의 방화벽을 확인하십시오</translation>
    </message>
    <message>
        <source>nothing listens there; start it, or correct its address and port</source>
        <translation>그곳에서 수신하는 것이 없습니다. 시작하거나 주소와 포트를 고치십시오</translation>
    </message>
    <message>
        <source>there is no way to that network from here; check the network cable, the Wi-Fi or the VPN</source>
        <translation>여기에서 그 네트워크로 가는 길이 없습니다. 네트워크 케이블, Wi-Fi 또는 VPN을 확인하십시오</translation>
    </message>
    <message>
        <source>it ended the connection at once; see its log</source>
        <translation>연결을 바로 끊었습니다. 그쪽의 로그를 확인하십시오</translation>
    </message>
    <message>
        <source>its name cannot be looked up just now; check the network and its DNS server</source>
        <translation>지금은 이름을 찾을 수 없습니다. 네트워크와 DNS 서버를 확인하십시오</translation>
    </message>
    <message>
        <source>there is no machine of that name; correct it</source>
        <translation>그런 이름의 컴퓨터가 없습니다. 이름을 고치십시오</translation>
    </message>
    <message>
        <source>it has no room for more sessions just now; try again in a minute</source>
        <translation>지금은 세션을 더 받을 수 없습니다. 1분 뒤에 다시 시도하십시오</translation>
    </message>
</context>
<context>
    <name>formatting</name>
    <message>
        <source>Connected</source>
        <translation>통화 중</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>보류 중</translation>
    </message>
    <message>
        <source>Your phone is ringing …</source>
        <translation>내 전화기가 울리는 중 …</translation>
    </message>
    <message>
        <source>Picking up your phone …</source>
        <translation>내 전화기를 드는 중 …</translation>
    </message>
    <message>
        <source>Calling …</source>
        <translation>전화 거는 중 …</translation>
    </message>
    <message>
        <source>Ringing …</source>
        <translation>벨이 울리는 중 …</translation>
    </message>
    <message>
        <source>registered, but does not answer</source>
        <translation>등록되어 있지만 응답하지 않음</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>어제</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>통화 종료</translation>
    </message>
    <message>
        <source>Busy</source>
        <translation>통화 중이라 연결할 수 없음</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>응답 없음</translation>
    </message>
    <message>
        <source>Declined</source>
        <translation>거절됨</translation>
    </message>
    <message>
        <source>Cannot be reached</source>
        <translation>연결할 수 없음</translation>
    </message>
    <message>
        <source>This number does not exist</source>
        <translation>없는 번호입니다</translation>
    </message>
    <message>
        <source>You may not call this number</source>
        <translation>이 번호로는 걸 수 없습니다</translation>
    </message>
    <message>
        <source>Your phone is off or not registered</source>
        <translation>내 전화기가 꺼졌거나 등록되지 않았습니다</translation>
    </message>
    <message>
        <source>Your phone was not picked up</source>
        <translation>내 전화기를 들지 않았습니다</translation>
    </message>
    <message>
        <source>The call failed</source>
        <translation>통화에 실패했습니다</translation>
    </message>
    <message>
        <source>Answered at another phone</source>
        <translation>다른 전화기에서 받음</translation>
    </message>
    <message>
        <source>Hung up before the answer</source>
        <translation>받기 전에 끊음</translation>
    </message>
    <message>
        <source>Sent on</source>
        <translation>다른 번호로 넘김</translation>
    </message>
    <message>
        <source>Transferred</source>
        <translation>전환됨</translation>
    </message>
    <message>
        <source>Parked</source>
        <translation>파크됨</translation>
    </message>
    <message>
        <source>wrong password, from {host}</source>
        <translation>암호 틀림({host})</translation>
    </message>
    <message>
        <source>Number withheld</source>
        <translation>발신 번호 표시 제한</translation>
    </message>
    <message>
        <source>Unknown number</source>
        <translation>알 수 없는 번호</translation>
    </message>
    <message>
        <source>1 missed call</source>
        <translation>부재중 전화 1건</translation>
    </message>
    <message>
        <source>{number} missed calls</source>
        <translation>부재중 전화 {number}건</translation>
    </message>
</context>
<context>
    <name>phrases</name>
    <message>
        <source>{name} is calling</source>
        <translation>{name} 님이 전화하고 있습니다</translation>
    </message>
    <message>
        <source>Your phone is ringing: pick it up</source>
        <translation>내 전화기가 울립니다: 받으십시오</translation>
    </message>
    <message>
        <source>Calling {name} …</source>
        <translation>{name} 님에게 거는 중 …</translation>
    </message>
    <message>
        <source>Ringing {name}</source>
        <translation>{name} 님의 전화가 울리는 중</translation>
    </message>
    <message>
        <source>On hold</source>
        <translation>보류 중</translation>
    </message>
    <message>
        <source>{name} has put you on hold</source>
        <translation>{name} 님이 통화를 보류했습니다</translation>
    </message>
    <message>
        <source>In a conference</source>
        <translation>회의 중</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>통화 중</translation>
    </message>
    <message>
        <source>Missed: call back</source>
        <translation>부재중: 다시 전화하십시오</translation>
    </message>
    <message>
        <source>The phone {number} does not answer</source>
        <translation>전화기 {number}이(가) 응답하지 않습니다</translation>
    </message>
    <message>
        <source>{name}&apos;s phone ({number}) does not answer</source>
        <translation>{name} 님의 전화기({number})가 응답하지 않습니다</translation>
    </message>
    <message>
        <source>{name}&apos;s phone ({number}) is not registered</source>
        <translation>{name} 님의 전화기({number})가 등록되어 있지 않습니다</translation>
    </message>
    <message>
        <source>{name} is busy</source>
        <translation>{name} 님은 통화 중입니다</translation>
    </message>
    <message>
        <source>{name} does not answer</source>
        <translation>{name} 님이 받지 않습니다</translation>
    </message>
    <message>
        <source>{name} has declined</source>
        <translation>{name} 님이 거절했습니다</translation>
    </message>
    <message>
        <source>{name} cannot be reached</source>
        <translation>{name} 님에게 연결할 수 없습니다</translation>
    </message>
    <message>
        <source>You may not call this number: ask your administrator</source>
        <translation>이 번호로 걸 수 없습니다: 관리자에게 문의하십시오</translation>
    </message>
    <message>
        <source>Your phone is off or not registered: check it</source>
        <translation>내 전화기가 꺼져 있거나 등록되지 않았습니다: 확인하십시오</translation>
    </message>
    <message>
        <source>Your phone hung up before {name} answered</source>
        <translation>{name} 님이 받기 전에 내 전화기를 끊었습니다</translation>
    </message>
    <message>
        <source>Call ended</source>
        <translation>통화 종료</translation>
    </message>
    <message>
        <source>Answered by {target}</source>
        <translation>{target} 님이 받음</translation>
    </message>
    <message>
        <source>Sent on to {target}</source>
        <translation>{target}(으)로 넘김</translation>
    </message>
    <message>
        <source>Transferred to {target}</source>
        <translation>{target}(으)로 전환됨</translation>
    </message>
    <message>
        <source>Parked: {target}</source>
        <translation>파크됨: {target}</translation>
    </message>
    <message>
        <source>Asking first</source>
        <translation>먼저 물어보는 통화</translation>
    </message>
    <message>
        <source>Outgoing call</source>
        <translation>거는 전화</translation>
    </message>
    <message>
        <source>Missed call</source>
        <translation>부재중 전화</translation>
    </message>
    <message>
        <source>The phone {number} is not registered</source>
        <translation>전화기 {number}이(가) 등록되어 있지 않습니다</translation>
    </message>
    <message>
        <source>Incoming call</source>
        <translation>걸려 온 전화</translation>
    </message>
    <message>
        <source>Forwarded by {name}</source>
        <translation>{name} 님의 착신 전환</translation>
    </message>
    <message>
        <source>Forwarded by {name}, who is busy</source>
        <translation>{name} 님의 착신 전환(통화 중)</translation>
    </message>
    <message>
        <source>Forwarded by {name}, who does not answer</source>
        <translation>{name} 님의 착신 전환(받지 않음)</translation>
    </message>
    <message>
        <source>Sent on by {name}</source>
        <translation>{name} 님이 넘김</translation>
    </message>
    <message>
        <source>Transferred by {name}</source>
        <translation>{name} 님이 전환함</translation>
    </message>
    <message>
        <source>Picked up for {name}</source>
        <translation>{name} 님 대신 당겨받음</translation>
    </message>
    <message>
        <source>Rings back: the call was parked or on hold</source>
        <translation>다시 울림: 파크되거나 보류된 통화</translation>
    </message>
</context>
<context>
    <name>presence</name>
    <message>
        <source>Free</source>
        <translation>통화 가능</translation>
    </message>
    <message>
        <source>Ringing</source>
        <translation>벨 울림</translation>
    </message>
    <message>
        <source>In a call</source>
        <translation>통화 중</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>방해 금지</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>연결 안 됨</translation>
    </message>
</context>
<context>
    <name>refusals</name>
    <message>
        <source>This number cannot be called from your phone.</source>
        <translation>내 전화기에서 걸 수 없는 번호입니다.</translation>
    </message>
    <message>
        <source>You may not call this number. Ask your administrator.</source>
        <translation>이 번호로는 걸 수 없습니다. 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>You have no phone here. Ask your administrator.</source>
        <translation>전화기가 없습니다. 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>Your phone is off or not registered. Check it.</source>
        <translation>내 전화기가 꺼졌거나 등록되지 않았습니다. 확인하십시오.</translation>
    </message>
    <message>
        <source>Your phone is in a call. End it first.</source>
        <translation>내 전화기가 통화 중입니다. 먼저 끊으십시오.</translation>
    </message>
    <message>
        <source>This call has already ended.</source>
        <translation>이미 끝난 통화입니다.</translation>
    </message>
    <message>
        <source>You are not logged in. Check user and password.</source>
        <translation>로그인되지 않았습니다. 사용자와 암호를 확인하십시오.</translation>
    </message>
    <message>
        <source>The Call Manager is busy. Try again in a moment.</source>
        <translation>지금은 바쁩니다. 잠시 뒤 다시 하십시오.</translation>
    </message>
    <message>
        <source>The Call Manager cannot be reached. Trying again.</source>
        <translation>Call Manager에 연결할 수 없습니다. 다시 시도합니다.</translation>
    </message>
    <message>
        <source>The Call Manager does not understand this Offhook. Update both to the same version.</source>
        <translation>Call Manager가 이 Offhook의 요청을 이해하지 못합니다. 둘을 같은 버전으로 업데이트하십시오.</translation>
    </message>
    <message>
        <source>The Call Manager failed. Try again; if it stays so, ask your administrator.</source>
        <translation>Call Manager에 오류가 생겼습니다. 다시 시도하고, 계속되면 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>This call cannot be ended from here. Hang up at the phone.</source>
        <translation>이 통화는 여기서 끊을 수 없습니다. 전화기에서 끊으십시오.</translation>
    </message>
    <message>
        <source>This is not a number that can be dialled.</source>
        <translation>걸 수 있는 번호가 아닙니다.</translation>
    </message>
    <message>
        <source>Nothing in {part} can be dialled; give a number, like 4001</source>
        <translation>{part}: 걸 수 있는 것이 없습니다. 4001과 같은 번호를 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is an extension that this company does not have; give the whole number</source>
        <translation>{part}: 이 회사에 없는 내선번호입니다. 전체 번호를 입력하십시오</translation>
    </message>
    <message>
        <source>A number has at most {limit} digits; shorten it</source>
        <translation>번호는 최대 {limit}자리입니다. 줄여 주십시오</translation>
    </message>
    <message>
        <source>A text has at most {limit} characters; shorten it</source>
        <translation>최대 {limit}자까지 입력할 수 있습니다. 줄여 주십시오</translation>
    </message>
    <message>
        <source>{part} is an e-mail address, not a number; dial the person&apos;s number</source>
        <translation>{part}: 번호가 아니라 이메일 주소입니다. 그 사람의 번호로 거십시오</translation>
    </message>
    <message>
        <source>{part} is not a number; give the number alone, like 4001 or +82 2 568 3848</source>
        <translation>{part}: 번호가 아닙니다. 4001 또는 +82 2 568 3848과 같이 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>This telephone system cannot do that. Do it at the phone.</source>
        <translation>이 전화 시스템은 그 기능이 없습니다. 전화기에서 하십시오.</translation>
    </message>
    <message>
        <source>That is not possible just now. Try again in a moment.</source>
        <translation>지금은 할 수 없습니다. 잠시 후 다시 시도하십시오.</translation>
    </message>
    <message>
        <source>That did not work. Try again, or do it at the phone.</source>
        <translation>되지 않았습니다. 다시 시도하거나 전화기에서 하십시오.</translation>
    </message>
    <message>
        <source>There is no call to take.</source>
        <translation>받을 통화가 없습니다.</translation>
    </message>
    <message>
        <source>You may not do that. Ask your administrator.</source>
        <translation>권한이 없습니다. 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>{part} is not a telephone number; give the number alone</source>
        <translation>{part}: 전화번호가 아닙니다. 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} in front of {beside} is not understood; give the number alone</source>
        <translation>{part}: {beside} 앞의 이 부분을 이해할 수 없습니다. 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} behind {beside} is not understood; give the number alone</source>
        <translation>{part}: {beside} 뒤의 이 부분을 이해할 수 없습니다. 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} has {beside} in front of the number; give the number alone</source>
        <translation>{part}: 번호 앞에 {beside} 기호가 있습니다. 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} may be one number or two; give one of them, without the other</source>
        <translation>{part}: 번호 하나인지 둘인지 알 수 없습니다. 그중 하나만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} behind {beside} may be the rest of the number; write it in one line</source>
        <translation>{part}: {beside} 뒤의 이 부분은 번호의 나머지일 수 있습니다. 한 줄로 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is written like a number with letters, but is none in this country</source>
        <translation>{part}: 글자로 쓴 번호처럼 보이지만 이 나라에는 없는 번호입니다</translation>
    </message>
    <message>
        <source>{part} has a + within; give one number alone</source>
        <translation>{part}: 중간에 +가 있습니다. 번호 하나만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} begins with + and a 0, but no country&apos;s code does</source>
        <translation>{part}: + 뒤가 0으로 시작하지만 그런 국가 번호는 없습니다</translation>
    </message>
    <message>
        <source>{part} mixes + with * or #; write it as it is dialled</source>
        <translation>{part}: +와 * 또는 #이 섞여 있습니다. 전화기에서 누르는 대로 입력하십시오</translation>
    </message>
    <message>
        <source>{part} has more digits than a telephone number</source>
        <translation>{part}: 전화번호보다 자릿수가 많습니다</translation>
    </message>
    <message>
        <source>{part} has more digits than a number; give one number alone</source>
        <translation>{part}: 번호 하나보다 자릿수가 많습니다. 번호 하나만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is a link that holds no telephone number; give the number itself</source>
        <translation>{part}: 전화번호가 없는 링크입니다. 번호를 직접 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is not a number; dial the person&apos;s number</source>
        <translation>{part}: 번호가 아닙니다. 그 사람의 번호로 거십시오</translation>
    </message>
    <message>
        <source>{part} is a host, not a number; dial the person&apos;s number</source>
        <translation>{part}: 번호가 아니라 호스트입니다. 그 사람의 번호로 거십시오</translation>
    </message>
    <message>
        <source>{part} has two contexts for one number; give the whole number</source>
        <translation>{part}: 번호 하나에 phone-context가 둘입니다. 전체 번호를 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is no context for a number; give the whole number, like +82 2 568 3848</source>
        <translation>{part}: 번호에 쓸 수 없는 phone-context입니다. +82 2 568 3848과 같이 전체 번호를 입력하십시오</translation>
    </message>
    <message>
        <source>{part} has signs that were lost on the way (its encoding); write the number anew</source>
        <translation>{part}: 인코딩 때문에 깨진 글자가 있습니다. 번호를 새로 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is a user at a host, not a number; dial the person&apos;s number</source>
        <translation>{part}: 번호가 아니라 호스트의 사용자입니다. 그 사람의 번호로 거십시오</translation>
    </message>
    <message>
        <source>{part} is an amount of money ({beside}), not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 금액({beside})입니다</translation>
    </message>
    <message>
        <source>{part} is an amount, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 금액입니다</translation>
    </message>
    <message>
        <source>{part} is an IP address, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 IP 주소입니다</translation>
    </message>
    <message>
        <source>{part} is a hardware or IP address, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 하드웨어 주소 또는 IP 주소입니다</translation>
    </message>
    <message>
        <source>{part} is a date, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 날짜입니다</translation>
    </message>
    <message>
        <source>{part} has a time or a port in it; give the number alone</source>
        <translation>{part}: 시각 또는 포트가 들어 있습니다. 번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is written like the number of a card; give the telephone number alone</source>
        <translation>{part}: 카드 번호처럼 보입니다. 전화번호만 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is a person&apos;s, a company&apos;s or a postal number, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 주민등록번호, 사업자등록번호 또는 우편번호입니다</translation>
    </message>
    <message>
        <source>{part} is a number as a spreadsheet shortens it: its last digits are lost</source>
        <translation>{part}: 스프레드시트가 줄인 숫자라서 끝자리가 사라졌습니다</translation>
    </message>
    <message>
        <source>{part} has a spreadsheet&apos;s decimals at its end; give the number without them</source>
        <translation>{part}: 끝에 스프레드시트의 소수점 이하가 있습니다. 그것을 빼고 입력하십시오</translation>
    </message>
    <message>
        <source>{part} is a place on the map, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 지도의 위치입니다</translation>
    </message>
    <message>
        <source>{part} is the number of a version or a chapter, not a telephone number</source>
        <translation>{part}: 전화번호가 아니라 버전이나 장의 번호입니다</translation>
    </message>
</context>
<context>
    <name>steps</name>
    <message>
        <source>subaddress, name or another line; left out</source>
        <translation>부주소, 이름 또는 다른 줄. 뺍니다</translation>
    </message>
    <message>
        <source>in plain signs</source>
        <translation>일반 기호로 바꿈</translation>
    </message>
    <message>
        <source>a link; its number is read</source>
        <translation>링크. 그 안의 번호를 읽습니다</translation>
    </message>
    <message>
        <source>the link&apos;s phone-context goes before it</source>
        <translation>링크의 phone-context를 앞에 붙입니다</translation>
    </message>
    <message>
        <source>parameters that change nothing; left out</source>
        <translation>번호를 바꾸지 않는 매개변수. 뺍니다</translation>
    </message>
    <message>
        <source>words in front; left out</source>
        <translation>앞에 붙은 말. 뺍니다</translation>
    </message>
    <message>
        <source>the word for an extension: dialled inside</source>
        <translation>내선을 뜻하는 말. 사내로 겁니다</translation>
    </message>
    <message>
        <source>a note; left out</source>
        <translation>메모. 뺍니다</translation>
    </message>
    <message>
        <source>an extension, dialled by hand after the answer; left out</source>
        <translation>응답 후 직접 누르는 내선. 뺍니다</translation>
    </message>
    <message>
        <source>another number; left out</source>
        <translation>다른 번호. 뺍니다</translation>
    </message>
    <message>
        <source>keyed after the answer; left out</source>
        <translation>응답 후 누르는 숫자. 뺍니다</translation>
    </message>
    <message>
        <source>dial modifiers; left out</source>
        <translation>다이얼 제어 문자. 뺍니다</translation>
    </message>
    <message>
        <source>letters as on the keypad</source>
        <translation>글자를 키패드 숫자로 바꿈</translation>
    </message>
    <message>
        <source>the number</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>a phone, dialled by its name</source>
        <translation>이름으로 거는 전화기</translation>
    </message>
    <message>
        <source>a feature code, dialled as it is</source>
        <translation>기능 코드. 그대로 겁니다</translation>
    </message>
    <message>
        <source>an extension of the company, dialled as it is</source>
        <translation>사내 내선. 그대로 겁니다</translation>
    </message>
    <message>
        <source>a number of the own country, as it is dialled there</source>
        <translation>국내 번호. 국내에서 거는 대로</translation>
    </message>
    <message>
        <source>a local number, with the area code</source>
        <translation>시내 번호. 지역 번호를 붙입니다</translation>
    </message>
    <message>
        <source>a number of another country, with the international prefix</source>
        <translation>다른 나라 번호. 국제 전화 번호를 붙입니다</translation>
    </message>
    <message>
        <source>no number that the country knows; dialled as it is</source>
        <translation>이 나라에 없는 번호. 그대로 겁니다</translation>
    </message>
    <message>
        <source>with what gets an outside line</source>
        <translation>외선 번호를 붙입니다</translation>
    </message>
    <message>
        <source>has what gets an outside line already</source>
        <translation>외선 번호가 이미 있습니다</translation>
    </message>
</context>
<context>
    <name>suggestions</name>
    <message>
        <source>Work</source>
        <translation>직장</translation>
    </message>
    <message>
        <source>Mobile</source>
        <translation>휴대폰</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>집</translation>
    </message>
    <message>
        <source>IP phone</source>
        <translation>IP 전화</translation>
    </message>
    <message>
        <source>People</source>
        <translation>사람</translation>
    </message>
    <message>
        <source>Phones</source>
        <translation>전화기</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>최근 통화</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>번호</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>부재중</translation>
    </message>
    <message>
        <source>Outgoing</source>
        <translation>발신</translation>
    </message>
    <message>
        <source>Incoming</source>
        <translation>수신</translation>
    </message>
    <message>
        <source>Call {number}</source>
        <translation>{number}(으)로 전화 걸기</translation>
    </message>
    <message>
        <source>dials {number}</source>
        <translation>누르는 번호 {number}</translation>
    </message>
</context>
<context>
    <name>trunks</name>
    <message>
        <source>the provider does not answer</source>
        <translation>통신 사업자가 응답하지 않습니다</translation>
    </message>
    <message>
        <source>it is not registered yet</source>
        <translation>아직 등록되지 않았습니다</translation>
    </message>
    <message>
        <source>the provider refuses the account ({reason})</source>
        <translation>통신 사업자가 계정을 거부합니다({reason})</translation>
    </message>
    <message>
        <source>as many calls as are allowed at a time are up</source>
        <translation>동시에 허용된 통화 수를 모두 쓰고 있습니다</translation>
    </message>
    <message>
        <source>as many calls as are allowed in an hour have gone out</source>
        <translation>한 시간에 허용된 통화 수를 다 썼습니다</translation>
    </message>
    <message>
        <source>the minutes of today are used up, until midnight</source>
        <translation>오늘 쓸 수 있는 분을 자정까지 다 썼습니다</translation>
    </message>
</context>
<context>
    <name>tsp</name>
    <message>
        <source>The TAPI service provider is for Windows only</source>
        <translation>TAPI 서비스 공급자는 Windows 전용입니다</translation>
    </message>
    <message>
        <source>Windows did not allow it. Ask your administrator.</source>
        <translation>Windows가 허용하지 않았습니다. 관리자에게 문의하십시오.</translation>
    </message>
    <message>
        <source>It failed. Run “offhook tsp status” in a command window to see why.</source>
        <translation>실패했습니다. 명령 창에서 “offhook tsp status”를 실행해 이유를 확인하십시오.</translation>
    </message>
    <message>
        <source>The TAPI service provider is installed.</source>
        <translation>TAPI 서비스 공급자를 설치했습니다.</translation>
    </message>
    <message>
        <source>The TAPI service provider is removed.</source>
        <translation>TAPI 서비스 공급자를 제거했습니다.</translation>
    </message>
</context>
</TS>
