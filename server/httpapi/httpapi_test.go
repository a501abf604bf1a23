package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestScenarios(t *testing.T) {
	long := strings.Repeat("x", 500)
	for name, s := range map[string]scenario{
		"TemplatesOK":           {method: "GET", path: "/api/templates", status: 200, contains: []string{`"city-data"`, `"departments"`, "Wdrożenie"}},
		"CreateNamesAnArea":     {method: "POST", path: "/api/workshops", body: `{"title":"T","city":"C","groups":[{"name":"G","area":"Środowisko i adaptacja do zmian klimatu"}]}`, status: 201, contains: []string{`"areaId":"environment"`, `"joinCode"`, `"facilitator"`}},
		"CreateAreasInAllForms": {method: "POST", path: "/api/workshops", body: `{"title":"T","city":"C","areas":["economy",{"name":"Kultura"},{"id":"x","name":{"pl":"Iks","en":"Ex"}}],"groups":[{"name":"G","area":"Ex"}]}`, status: 201, contains: []string{`"areaId":"x"`, `Kultura`}, lacks: []string{`"environment"`}},
		"CreateUnknownArea":     {method: "POST", path: "/api/workshops", body: `{"title":"T","city":"C","groups":[{"name":"G","area":"sport"}]}`, status: 422, contains: []string{`"unknown-area"`}},
		"CreateNothing":         {method: "POST", path: "/api/workshops", body: `{}`, status: 422, contains: []string{`"invalid-input"`, `"field":"title"`, `"field":"city"`, "To pole jest wymagane."}},
		"CreateInEnglish":       {method: "POST", path: "/api/workshops", body: `{}`, lang: "en-GB,en;q=0.9", status: 422, contains: []string{"This field is required."}},
		"CreateName500":         {method: "POST", path: "/api/workshops", body: `{"title":"` + long + `","city":"C"}`, status: 422, contains: []string{`"too-long"`, "Najwyżej 200 znaków."}},
		"CreateUnknownTemplate": {method: "POST", path: "/api/workshops", body: `{"title":"T","city":"C","template":"nope"}`, status: 422, contains: []string{`"template"`}},
		"CreateBadJSON":         {method: "POST", path: "/api/workshops", body: `{"title":`, status: 400, contains: []string{`"bad-json"`}},
		"CreateTwoValues":       {method: "POST", path: "/api/workshops", body: `{"title":"T","city":"C"}{}`, status: 400, contains: []string{`"bad-json"`}},
		"CreateWrongType":       {method: "POST", path: "/api/workshops", body: `{"title":7}`, status: 400, contains: []string{`"bad-json"`}},
		"CreateNoBody":          {method: "POST", path: "/api/workshops", status: 400, contains: []string{`"bad-json"`}},
		"CreateHuge":            {method: "POST", path: "/api/workshops", body: `{"title":"` + strings.Repeat("x", 2<<20) + `"}`, status: 413, contains: []string{`"too-large"`, "1 MB"}},
		"PreviewOK":             {method: "POST", path: "/api/join/preview", body: `{"code":"{code}"}`, status: 200, contains: []string{`"memberCount":1`, `"departments"`, `"Łódź"`}, lacks: []string{"Anna", "{anna}"}},
		"PreviewUnknown":        {method: "POST", path: "/api/join/preview", body: `{"code":"ZZZZ-ZZZZ"}`, status: 404, contains: []string{`"unknown-code"`}},
		"JoinLowerCase":         {method: "POST", path: "/api/join", body: `{"code":" {code} ","name":"Jan"}`, status: 201, contains: []string{`"groupId":null`, `"token"`}, lacks: []string{`"joinCode"`}},
		"JoinName500":           {method: "POST", path: "/api/join", body: `{"code":"{code}","name":"` + long + `"}`, status: 422, contains: []string{`"field":"name"`, "Najwyżej 80"}},
		"JoinOnlySpaces":        {method: "POST", path: "/api/join", body: `{"code":"{code}","name":" \u00a0 "}`, status: 422, contains: []string{`"required"`}},
		"JoinScript":            {method: "POST", path: "/api/join", body: `{"code":"{code}","name":"<script>alert(1)</script>"}`, status: 201, lacks: []string{"<script>"}},
		"JoinUnknownGroup":      {method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Jan","groupId":"{Z}"}`, status: 404, contains: []string{`"unknown-group"`}},
		"JoinUnknownCode":       {method: "POST", path: "/api/join", body: `{"code":"2345-6789","name":"Jan"}`, lang: "en", status: 404, contains: []string{`"unknown-code"`, "There is no workshop"}},
		"JoinCodeOfWrongType":   {method: "POST", path: "/api/join", body: `{"code":12345678,"name":"Jan"}`, status: 400, contains: []string{`"bad-json"`}},
		"SessionFacilitator":    {actor: "facilitator", method: "GET", path: "/api/session", status: 200, contains: []string{`"role":"facilitator"`, "{w}"}, lacks: []string{`"participant"`}},
		"SessionMember":         {actor: "anna", method: "GET", path: "/api/session", status: 200, contains: []string{`"role":"member"`, "{anna}", `"Wydział Informatyki"`}},
		"SessionNobody":         {method: "GET", path: "/api/session", status: 401, contains: []string{`"unauthenticated"`}},
		"SessionWrongToken":     {actor: "wrong", method: "GET", path: "/api/session", status: 401, contains: []string{`"unauthenticated"`}},
		"WorkshopFacilitator":   {actor: "facilitator", method: "GET", path: "/api/workshops/{w}", status: 200, contains: []string{`"joinCode":"{code}"`, `"phase":null`, `"timer":null`, "Anna", `"version":3`}},
		"WorkshopProjector":     {actor: "projector", method: "GET", path: "/api/workshops/{w}", status: 200, contains: []string{`"joinCode":"{code}"`}},
		"WorkshopMember":        {actor: "anna", method: "GET", path: "/api/workshops/{w}", status: 200, contains: []string{"Bea"}, lacks: []string{"joinCode", "{code}"}},
		"WorkshopStranger":      {actor: "stranger", method: "GET", path: "/api/workshops/{w}", status: 403, contains: []string{`"forbidden"`}, lacks: []string{"Anna"}},
		"WorkshopNoSuch":        {actor: "facilitator", method: "GET", path: "/api/workshops/nope", status: 403},
		"WorkshopNobody":        {method: "GET", path: "/api/workshops/{w}", status: 401},
		"ChangeOK":              {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "now", body: `{"title":"Nowy","visibility":"workshop"}`, status: 200, contains: []string{`"title":"Nowy"`, `"version":4`}},
		"ChangeStale":           {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: `"1"`, body: `{"title":"Nowy"}`, status: 412, contains: []string{`"version-conflict"`, `"current":{"workshop":{"id":"{w}"`, `"version":3`}},
		"ChangeOddVersion":      {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: `banana`, body: `{"title":"Nowy"}`, status: 412},
		"ChangeNoVersion":       {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", body: `{"title":"Nowy"}`, status: 428, contains: []string{`"precondition-required"`}},
		"ChangeByMember":        {actor: "anna", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "now", body: `{"title":"Nowy"}`, status: 403},
		"ChangeByProjector":     {actor: "projector", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "now", body: `{"title":"Nowy"}`, status: 403},
		"ChangeByStranger":      {actor: "stranger", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "now", body: `{"title":"Nowy"}`, status: 403},
		"ChangeBadStatus":       {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}", ifMatch: "now", body: `{"status":"gone"}`, status: 422, contains: []string{`"bad-choice"`}},
		"GroupAddOK":            {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/groups", ifMatch: "now", body: `{"name":"C","areaId":"services","capacity":3}`, status: 201, contains: []string{`"capacity":3`}},
		"GroupAddNoArea":        {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/groups", ifMatch: "now", body: `{"name":"C"}`, status: 422, contains: []string{`"unknown-area"`}},
		"GroupAddByMember":      {actor: "anna", method: "POST", path: "/api/workshops/{w}/groups", ifMatch: "now", body: `{"name":"C","areaId":"services"}`, status: 403},
		"GroupFreezeOK":         {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/groups/{A}", ifMatch: "now", body: `{"frozen":true}`, status: 200, contains: []string{`"frozen":true`}},
		"GroupOfOther":          {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/groups/{Z}", ifMatch: "now", body: `{"frozen":true}`, status: 404, contains: []string{`"unknown-group"`}},
		"GroupCapacity":         {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/groups/{A}", ifMatch: "now", body: `{"capacity":61}`, status: 422, contains: []string{"od 1 do 60"}},
		"GroupRemoveUsed":       {actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/groups/{A}", ifMatch: "now", status: 422, contains: []string{`"in-use"`}},
		"CodeRotated":           {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/join-code", status: 200, contains: []string{`"joinCode"`, `/join#`}, lacks: []string{"{code}"}},
		"CodeByProjector":       {actor: "projector", method: "POST", path: "/api/workshops/{w}/join-code", status: 403},
		"AgendaOK":              {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/agenda", ifMatch: "now", body: `{"phases":[{"kind":"theory","name":{"pl":"Wstęp"},"minutes":5}]}`, status: 200, contains: []string{`"en":"Wstęp"`, `"minutes":5`}},
		"AgendaBad":             {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/agenda", ifMatch: "now", body: `{"phases":[{"kind":"party","name":{},"minutes":0}]}`, status: 422, contains: []string{`phases[0].kind`, `phases[0].minutes`, `phases[0].name`}},
		"AgendaByMember":        {actor: "anna", method: "PUT", path: "/api/workshops/{w}/agenda", ifMatch: "now", body: `{"phases":[]}`, status: 403},
		"PhaseStarts":           {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/phase", ifMatch: "now", body: `{"action":"start","phaseId":"stage-problem"}`, status: 200, contains: []string{`"stageId":"problem"`, `"running":true`, `"endsAt":"`, `"leftMs":null`, `"focus":"problem"`}},
		"PhaseUnknown":          {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/phase", ifMatch: "now", body: `{"action":"pause"}`, status: 404, contains: []string{`"unknown-phase"`}},
		"PhaseNoVersion":        {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/phase", body: `{"action":"skip"}`, status: 428},
		"PhaseByProjector":      {actor: "projector", method: "POST", path: "/api/workshops/{w}/phase", ifMatch: "now", body: `{"action":"skip"}`, status: 403},
		"DayFreezesAll":         {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/day", ifMatch: "now", body: `{"frozen":true}`, status: 200, contains: []string{`"frozen":true`}},
		"DayUnknownStage":       {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/day", ifMatch: "now", body: `{"focus":"x"}`, status: 422, contains: []string{`"focus"`}},
		"Time":                  {method: "GET", path: "/api/time", status: 200, contains: []string{`"now":`}},
		"RosterRead":            {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/participants/read", body: "Imię;Wydział\nEwa;Budżet\n", status: 200, contains: []string{`"line":2`, `"Budżet"`}, lacks: []string{"Imię"}},
		"RosterBinary":          {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/participants/read", body: "a\x00b", status: 422, contains: []string{`"unreadable"`, "CSV"}},
		"RosterByMember":        {actor: "anna", method: "POST", path: "/api/workshops/{w}/participants/read", body: "Ewa", status: 403},
		"PeopleAdded":           {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/participants", ifMatch: "now", body: `{"rows":[{"name":"Ewa","department":"Budżet"},{"name":"Jan"}]}`, status: 200, contains: []string{`"Ewa"`, `"joined":false`}},
		"PeopleAllOrNone":       {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/participants", ifMatch: "now", body: `{"rows":[{"name":"Ewa"},{"name":""},{"name":"ewa"}]}`, status: 422, contains: []string{`rows[1].name`, `rows[2].name`, `"duplicate"`}},
		"PeopleByProjector":     {actor: "projector", method: "POST", path: "/api/workshops/{w}/participants", ifMatch: "now", body: `{"rows":[{"name":"Ewa"}]}`, status: 403},
		"PersonMoved":           {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/participants/{anna}", body: `{"groupId":"{B}","pinned":true,"name":"Anna P."}`, status: 200, contains: []string{`"Anna P."`, `"pinned":true`}},
		"PersonByMember":        {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/participants/{bea}", body: `{"name":"X"}`, status: 403},
		"MePinsNothing":         {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"pinned":true,"wish":"economy"}`, status: 200, contains: []string{`"wish":"economy"`}, lacks: []string{`"pinned":true`}},
		"FormOK":                {actor: "facilitator", method: "POST", path: "/api/workshops/{w}/groups/form", ifMatch: "now", body: `{"groups":3}`, status: 200, contains: []string{`"Grupa 3"`, `"formed":true`}},
		"FormByMember":          {actor: "anna", method: "POST", path: "/api/workshops/{w}/groups/form", ifMatch: "now", body: `{}`, status: 403},
		"ApartOK":               {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/apart", ifMatch: "now", body: `{"pairs":[["{anna}","{bea}"]]}`, status: 200, contains: []string{`"apart":[["{anna}","{bea}"]]`}},
		"ApartUnknown":          {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/apart", ifMatch: "now", body: `{"pairs":[["{anna}","x"]]}`, status: 422, contains: []string{`pairs[0]`}},
		"MeMove":                {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"groupId":"{B}"}`, status: 200, contains: []string{`"groupId":"{B}"`}},
		"MeLeave":               {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"groupId":null}`, status: 200, contains: []string{`"groupId":null`}},
		"MeKeepsGroup":          {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"name":"Anna M."}`, status: 200, contains: []string{`"groupId":"{A}"`, "Anna M."}},
		"MeName":                {actor: "anna", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"name":"a\u0000b"}`, status: 422, contains: []string{`"bad-characters"`}},
		"MeByFacilitator":       {actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"name":"X"}`, status: 403},
		"KickOK":                {actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/participants/{anna}", status: 200, lacks: []string{"Anna"}},
		"KickNobody":            {actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/participants/nope", status: 404},
		"KickByMember":          {actor: "anna", method: "DELETE", path: "/api/workshops/{w}/participants/{bea}", status: 403},
		"BoardOwn":              {actor: "anna", method: "GET", path: "/api/workshops/{w}/groups/{A}/board", status: 200, contains: []string{"{A}"}},
		"BoardOther":            {actor: "bea", method: "GET", path: "/api/workshops/{w}/groups/{A}/board", status: 403, contains: []string{`"forbidden"`}},
		"BoardProjector":        {actor: "projector", method: "GET", path: "/api/workshops/{w}/groups/{A}/board", status: 200},
		"BoardUnknown":          {actor: "facilitator", method: "GET", path: "/api/workshops/{w}/groups/{Z}/board", status: 404, contains: []string{`"unknown-group"`}},
		"BoardStranger":         {actor: "stranger", method: "GET", path: "/api/workshops/{w}/groups/{A}/board", status: 403},
		"ImportOK":              {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/groups/{A}/board", body: `{}`, status: 204},
		"ImportByMember":        {actor: "anna", method: "PUT", path: "/api/workshops/{w}/groups/{A}/board", body: `{}`, status: 403},
		"ImportBadJSON":         {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/groups/{A}/board", body: `{`, status: 400, contains: []string{`"bad-json"`}},
		"ImportHuge":            {actor: "facilitator", method: "PUT", path: "/api/workshops/{w}/groups/{A}/board", body: `"` + strings.Repeat("x", 5<<20) + `"`, status: 413},
		"ExportMarkdown":        {actor: "anna", method: "GET", path: "/api/workshops/{w}/groups/{A}/export?format=md", status: 200},
		"ExportUnknownFormat":   {actor: "anna", method: "GET", path: "/api/workshops/{w}/groups/{A}/export?format=exe", status: 400, contains: []string{`"unsupported-format"`}},
		"ReportMarkdown":        {actor: "facilitator", method: "GET", path: "/api/workshops/{w}/export?format=md&lang=en&people=1", status: 200},
		"ReportUnknownFormat":   {actor: "facilitator", method: "GET", path: "/api/workshops/{w}/export?format=png", status: 400, contains: []string{`"unsupported-format"`}},
		"ReportOfMember":        {actor: "anna", method: "GET", path: "/api/workshops/{w}/export?format=md", status: 410},
		"ExportOther":           {actor: "bea", method: "GET", path: "/api/workshops/{w}/groups/{A}/export?format=md", status: 403},
		"LibraryTakesItsQuery":  {method: "GET", path: "/api/library?area=economy&kind=tool&q=mapa", status: 200, contains: []string{"economy", "tool", "mapa", "pl"}},
		"UnknownAPI":            {method: "GET", path: "/api/nope", status: 404, contains: []string{`"not-found"`}},
		"HeadOfAFile":           {actor: "facilitator", method: "HEAD", path: "/api/workshops/{w}/export?format=md", status: 200},
		"HeadWithoutToken":      {method: "HEAD", path: "/api/workshops/{w}/export?format=pdf", status: 401},
		"UnknownAPIMethod":      {actor: "facilitator", method: "DELETE", path: "/api/session", status: 405, contains: []string{`"method-not-allowed"`}},
		"UnknownAPIAnyMethod":   {method: "POST", path: "/api/nope", body: "{}", status: 404, contains: []string{`"not-found"`}},
		"PagePosted":            {method: "POST", path: "/assets/app-1a.js", status: 404},
		"Health":                {method: "GET", path: "/healthz", status: 200, contains: []string{`"ok"`}},
		"Ready":                 {method: "GET", path: "/readyz", status: 200, contains: []string{`"store":"ok"`}},
		"Lines":                 {actor: "facilitator", method: "GET", path: "/api/workshops/{w}/lines", status: 200, contains: []string{`"personId":"p","connected":true,"milliseconds":12`}},
		"LinesByMember":         {actor: "anna", method: "GET", path: "/api/workshops/{w}/lines", status: 403},
		"PageHome":              {method: "GET", path: "/", status: 200, contains: []string{"<title>app"}},
		"PageBoard":             {method: "GET", path: "/w/1/groups/2", status: 200, contains: []string{"<title>app"}},
		"PageUnknown":           {method: "GET", path: "/wp-admin", status: 404, contains: []string{"Nie ma takiej strony", "There is no such page"}},
		"PageTraversal":         {method: "GET", path: "/assets/../../etc/passwd", status: 404},
		"Socket":                {method: "GET", path: "/ws", status: http.StatusTeapot},
		"SocketPlain":           {method: "GET", path: "/y/board.1?token=x", status: http.StatusTeapot},
	} {
		t.Run(name, func(t *testing.T) { newEdge(t).play(t, s) })
	}
}

func TestWrongCodesBecomeTooMany(t *testing.T) {
	e := newEdge(t)
	for i := range 6 {
		s := scenario{method: "POST", path: "/api/join", body: `{"code":"ZZZZ-ZZZZ","name":"Jan"}`, status: 404}
		if i == 5 {
			s.status, s.contains = 429, []string{`"too-many-tries"`}
		}
		res := e.play(t, s)
		if i == 5 && res.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	e.play(t, scenario{method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Jan"}`, status: 201})
}

func TestWhatRotatedCodesAndKickedTokensOpen(t *testing.T) {
	e := newEdge(t)
	e.play(t, scenario{actor: "facilitator", method: "POST", path: "/api/workshops/{w}/join-code", status: 200})
	e.play(t, scenario{method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Jan"}`, status: 410, contains: []string{`"code-expired"`}})
	e.play(t, scenario{actor: "facilitator", method: "DELETE", path: "/api/workshops/{w}/participants/{anna}", status: 200})
	e.play(t, scenario{actor: "anna", method: "GET", path: "/api/workshops/{w}", status: 401})
	e.play(t, scenario{actor: "anna", method: "GET", path: "/api/session", status: 401})
	if e.notices.n != 4 { // two joins, one rotation, one removal
		t.Errorf("%d announcements, want 4", e.notices.n)
	}
}

func TestGroupFull(t *testing.T) {
	e := newEdge(t)
	e.play(t, scenario{actor: "facilitator", method: "PATCH", path: "/api/workshops/{w}/groups/{A}", ifMatch: "now", body: `{"capacity":1}`, status: 200})
	e.play(t, scenario{method: "POST", path: "/api/join", body: `{"code":"{code}","name":"Jan","groupId":"{A}"}`, status: 409, contains: []string{`"group-full"`, "limit osób: 1"}})
	e.play(t, scenario{actor: "bea", method: "PATCH", path: "/api/workshops/{w}/me", body: `{"groupId":"{A}"}`, status: 409})
}

func TestAdminTokenGuardsCreation(t *testing.T) {
	o, _ := options(t)
	o.AdminToken = "let me in"
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	e := &edge{handler: h}
	for token, want := range map[string]int{"": 401, "Bearer let me out": 401, "Bearer let me in": 201, "Basic let me in": 401} {
		res := e.do(t, http.MethodPost, "/api/workshops", `{"title":"T","city":"C"}`, map[string]string{"Authorization": token})
		if res.Code != want {
			t.Errorf("%q: %d, want %d", token, res.Code, want)
		}
	}
}

// TestLogsTellNothingPersonal: neither names nor codes, tokens nor queries.
func TestLogsTellNothingPersonal(t *testing.T) {
	e := newEdge(t)
	e.play(t, scenario{actor: "anna", method: "GET", path: "/api/library?q=tajne", status: 200})
	e.play(t, scenario{actor: "anna", method: "GET", path: "/y/board.{A}?token=tajne", status: http.StatusTeapot})
	for _, secret := range []string{"Anna", "Warsztat", "tajne", e.created.JoinCode, e.anna.Token, e.created.Tokens.Facilitator, "192.0.2.1"} {
		if strings.Contains(e.log.String(), secret) {
			t.Errorf("the log shows %q", secret)
		}
	}
	if !strings.Contains(e.log.String(), `"route":"/api/join"`) {
		t.Errorf("no access log: %s", e.log)
	}
}

func TestSecurityHeaders(t *testing.T) {
	e := newEdge(t)
	for _, path := range []string{"/", "/api/templates", "/api/nope", "/nope", "/assets/app-1a.js"} {
		h := e.do(t, http.MethodGet, path, "", nil).Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "wss://example.com"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy lacks %q", path, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: lax policy %q", path, csp)
		}
		if h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "evil; script-src *"
	w := httptest.NewRecorder()
	e.handler.ServeHTTP(w, r)
	if strings.Contains(w.Header().Get("Content-Security-Policy"), "evil") {
		t.Error("a Host header entered the policy")
	}
}

// TestTransportHeaders: TLS is asked for from then on, nothing of ours is for
// other pages, whatever they ask for.
func TestTransportHeaders(t *testing.T) {
	e := newEdge(t)
	for _, path := range []string{"/", "/api/templates", "/api/nope", "/assets/app-1a.js"} {
		r := httptest.NewRequest(http.MethodGet, "https://example.com"+path, nil)
		r.Header.Set("Origin", "https://evil.example")
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		for name, want := range map[string]string{
			"Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Set-Cookie": "",
			"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "", "Server": "",
		} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if p := w.Header().Get("Permissions-Policy"); !strings.Contains(p, "microphone=()") || !strings.Contains(p, "geolocation=()") {
			t.Errorf("%s: permissions %q", path, p)
		}
		plain := httptest.NewRequest(http.MethodGet, path, nil)
		plain.Header.Set("X-Forwarded-Proto", "https") // of nobody we trust
		w = httptest.NewRecorder()
		e.handler.ServeHTTP(w, plain)
		if got := w.Header().Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: HSTS without TLS", path)
		}
	}
}

func TestStatic(t *testing.T) {
	e := newEdge(t)
	res := e.do(t, http.MethodGet, "/assets/app-1a.js", "", map[string]string{"Accept-Encoding": "gzip, br"})
	if res.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(res.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("hashed asset: %v", res.Header())
	}
	page := e.do(t, http.MethodGet, "/create", "", nil)
	if page.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("page: %v", page.Header())
	}
	again := e.do(t, http.MethodGet, "/create", "", map[string]string{"If-None-Match": page.Header().Get("ETag")})
	if again.Code != http.StatusNotModified {
		t.Errorf("unchanged page: %d", again.Code)
	}
	o, _ := options(t)
	o.Web = fstest.MapFS{".keep": {}}
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	e.handler = h
	if res := e.do(t, http.MethodGet, "/", "", nil); res.Code != 503 || !strings.Contains(res.Body.String(), "make web") {
		t.Errorf("without a web app: %d %s", res.Code, res.Body)
	}
	if res := e.do(t, http.MethodGet, "/api/templates", "", nil); res.Code != 200 {
		t.Errorf("the API without a web app: %d", res.Code)
	}
}
