package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/pathboard/pathboard/server/workshop"
)

// matchMode says what a route makes of If-Match.
type matchMode int

const (
	matchNone matchMode = iota
	matchOptional
	matchRequired
)

// route is one line of the contract: what it is, who may call it, what goes in
// and what comes out.
type route struct {
	method, path string
	id, summary  string
	// public: no token is looked at. Otherwise one is needed, and with an
	// action its bearer must be allowed to do it.
	public bool
	action workshop.Action
	// confirmed: it cannot be undone, so its bearer must have shown the secret
	// itself, now or within the last minutes.
	confirmed bool
	ifMatch   matchMode
	body      any           // example of the request body's type; nil: none
	patience  time.Duration // for the store and the one who asks; 0: patience
	most      int64         // bytes of the body; 0: maxBody
	status    int           // of success
	result    any           // example of the answer's type; nil: not JSON of ours
	query     []string
	minimal   bool // heeds Prefer: return=minimal
	// problems beyond those that follow from the fields above.
	problems []workshop.Code
	// audit is what the audit log calls a call that was carried out; "": nothing.
	audit  workshop.AuditAction
	handle func(*api, *call) error
}

const inWorkshop = "/api/workshops/{workshopId}"

// routes are all there are. Paths are those of the OpenAPI description.
func routes() []route {
	return slices.Concat(coreRoutes(), dayRoutes(), screenRoutes(), followRoutes(), outcomeRoutes(), handoverRoutes(), lifecycleRoutes(), privacyRoutes(), auditRoutes(), lineRoutes(), signInRoutes(), sessionRoutes(), imageRoutes(), historyRoutes(), libraryRoutes(), rehearseRoutes())
}

// coreRoutes are those of workshops, people, groups and boards.
func coreRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/healthz", id: "health", summary: "Is the process alive", public: true, status: 200, result: healthBody{}, handle: (*api).health},
		{method: http.MethodGet, path: "/readyz", id: "ready", summary: "Can edits be saved and delivered now", public: true, status: 200, result: healthBody{}, problems: nil, handle: (*api).ready},
		{method: http.MethodGet, path: "/api/openapi.json", id: "openapi", summary: "This description", public: true, status: 200, handle: (*api).openapi},
		{method: http.MethodGet, path: "/api/templates", id: "templates", summary: "What a workshop can start from", public: true, status: 200, result: templatesBody{}, handle: (*api).templates},
		{method: http.MethodGet, path: "/api/time", id: "time", summary: "The server's clock, for countdowns", public: true, status: 200, result: timeBody{}, handle: (*api).serverTime},
		{method: http.MethodGet, path: "/api/session", id: "session", summary: "Who this token is", status: 200, result: sessionBody{}, handle: (*api).sessionInfo},

		{method: http.MethodPost, path: "/api/workshops", id: "createWorkshop", summary: "Create a workshop; a bearer token is needed only where the server asks for its admin token or a sign-in", public: true, body: createBody{}, status: 201, result: createdBody{}, problems: []workshop.Code{workshop.CodeUnauthenticated, workshop.CodeForbidden, workshop.CodeUnknownArea}, audit: workshop.AuditCreate, handle: (*api).createWorkshop},
		{method: http.MethodPost, path: "/api/join/preview", id: "previewJoin", summary: "What a join code leads to", public: true, body: previewBody{}, status: 200, result: workshop.Preview{}, problems: codeProblems, handle: (*api).previewJoin},
		{method: http.MethodPost, path: "/api/join", id: "join", summary: "Join a workshop as a member", public: true, minimal: true, body: joinBody{}, status: 201, result: joinedBody{}, problems: append([]workshop.Code{workshop.CodeGroupFull, workshop.CodeUnknownGroup, workshop.CodeWorkshopFull}, codeProblems...), audit: workshop.AuditJoin, handle: (*api).join},

		{method: http.MethodPost, path: "/api/join/return", id: "returnJoin", summary: "Go on as oneself with a join code, for the bearer of a member's token whose session has ended", public: true, minimal: true, body: previewBody{}, status: 201, result: joinedBody{}, problems: append([]workshop.Code{workshop.CodeUnauthenticated}, codeProblems...), audit: workshop.AuditJoin, handle: (*api).returnJoin},

		{method: http.MethodGet, path: inWorkshop, id: "workshop", summary: "The workshop as the caller's role sees it", action: workshop.ViewWorkshop, status: 200, result: workshopBody{}, handle: (*api).getWorkshop},
		{method: http.MethodPatch, path: inWorkshop, id: "changeWorkshop", summary: "Change title, city, language, visibility, status or how long it is kept", action: workshop.EditWorkshop, ifMatch: matchRequired, body: changeBody{}, status: 200, result: workshopBody{}, audit: workshop.AuditSettings, handle: (*api).changeWorkshop},
		{method: http.MethodPost, path: inWorkshop + "/join-code", id: "rotateJoinCode", summary: "Replace the join code", action: workshop.RotateCode, ifMatch: matchOptional, status: 200, result: codeBody{}, audit: workshop.AuditCode, handle: (*api).rotateCode},
		{method: http.MethodPatch, path: inWorkshop + "/me", id: "changeMe", summary: "Change one's own name, department or group", action: workshop.EditSelf, ifMatch: matchOptional, body: meBody{}, status: 200, result: meAnswer{}, problems: []workshop.Code{workshop.CodeGroupFull, workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, handle: (*api).changeMe},
		{method: http.MethodDelete, path: inWorkshop + "/participants/{participantId}", id: "removeParticipant", summary: "Put a participant out", action: workshop.RemoveParticipant, ifMatch: matchOptional, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeNotFound}, audit: workshop.AuditRemove, handle: (*api).removeParticipant},

		{method: http.MethodPatch, path: inWorkshop + "/participants/{participantId}", id: "changeParticipant", summary: "Rename, move or pin a participant", action: workshop.ManagePeople, ifMatch: matchOptional, body: personBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeNotFound, workshop.CodeGroupFull, workshop.CodeUnknownGroup, workshop.CodeUnknownArea, workshop.CodeWorkshopClosed}, audit: workshop.AuditPerson, handle: (*api).changeParticipant},
		{method: http.MethodPost, path: inWorkshop + "/participants", id: "addPeople", summary: "Put people on the list before they come: all rows or none", action: workshop.ManagePeople, ifMatch: matchRequired, body: peopleBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeWorkshopFull, workshop.CodeWorkshopClosed}, audit: workshop.AuditPeople, handle: (*api).addPeople},
		{method: http.MethodPost, path: inWorkshop + "/participants/read", id: "readRoster", summary: "Read a list of people from CSV, pasted cells or XLSX; nothing is kept", action: workshop.ManagePeople, status: 200, result: rosterBody{}, problems: []workshop.Code{codeTooLarge, workshop.CodeInvalidInput}, handle: (*api).readRoster},
		{method: http.MethodPut, path: inWorkshop + "/apart", id: "setApart", summary: "Replace the pairs of people who should not share a group", action: workshop.ManagePeople, ifMatch: matchRequired, body: apartBody{}, status: 200, result: workshopBody{}, handle: (*api).setApart},
		{method: http.MethodPost, path: inWorkshop + "/groups/form", id: "formGroups", summary: "Place everybody in groups, departments spread evenly; pinned people stay", action: workshop.ManagePeople, ifMatch: matchRequired, body: formBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownArea, workshop.CodeWorkshopClosed}, audit: workshop.AuditGroups, handle: (*api).formGroups},

		{method: http.MethodPost, path: inWorkshop + "/groups", id: "addGroup", summary: "Add a group", action: workshop.ManageGroups, ifMatch: matchRequired, body: groupBody{}, status: 201, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownArea}, audit: workshop.AuditGroups, handle: (*api).addGroup},
		{method: http.MethodPatch, path: inWorkshop + "/groups/{groupId}", id: "changeGroup", summary: "Change, freeze or open a group", action: workshop.ManageGroups, ifMatch: matchRequired, body: groupBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownArea, workshop.CodeUnknownGroup}, audit: workshop.AuditGroups, handle: (*api).changeGroup},
		{method: http.MethodDelete, path: inWorkshop + "/groups/{groupId}", id: "removeGroup", summary: "Remove a group nobody is in", action: workshop.ManageGroups, ifMatch: matchRequired, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeInvalidInput}, audit: workshop.AuditGroups, handle: (*api).removeGroup},

		{method: http.MethodGet, path: inWorkshop + "/groups/{groupId}/board", id: "board", summary: "A group's board as JSON", action: workshop.ReadBoard, status: 200, result: boardFile{}, problems: []workshop.Code{workshop.CodeUnknownGroup}, handle: (*api).getBoard},
		{method: http.MethodPut, path: inWorkshop + "/groups/{groupId}/board", id: "importBoard", summary: "Fill an empty board from its JSON (a BoardFile, of which all but the cards' ids may be missing), or from the ZIP with its pictures", action: workshop.ImportBoard, body: rawBody{}, most: maxArchive, patience: filePatience, status: 204, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeBoardNotEmpty, workshop.CodeImageUnreadable, workshop.CodeImagesFull}, audit: workshop.AuditImport, handle: (*api).importBoard},
		{method: http.MethodGet, path: inWorkshop + "/groups/{groupId}/export", id: "exportBoard", summary: "A group's board as a file", action: workshop.ReadBoard, status: 200, query: []string{"format", "lang"}, patience: filePatience, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeUnsupportedFormat, workshop.CodeExportsBusy}, audit: workshop.AuditExport, handle: (*api).exportBoard},
	}
}

// closed is what changes of an archived workshop are answered with.
var closed = []workshop.Code{workshop.CodeWorkshopClosed}

var codeProblems = []workshop.Code{workshop.CodeUnknownCode, workshop.CodeCodeExpired, workshop.CodeTooManyTries}

// problemCodes are all codes the route may answer with.
func (r route) problemCodes() []workshop.Code {
	codes := []workshop.Code{codeInternal, workshop.CodeStoreUnavailable}
	if !r.public {
		codes = append(codes, workshop.CodeUnauthenticated, workshop.CodeSessionExpired)
	}
	if r.action != "" {
		codes = append(codes, workshop.CodeForbidden)
	}
	if r.confirmed {
		codes = append(codes, workshop.CodeConfirmFirst)
	}
	if r.body != nil {
		codes = append(codes, codeBadJSON, codeTooLarge, workshop.CodeInvalidInput)
	}
	switch r.ifMatch {
	case matchRequired:
		codes = append(codes, workshop.CodePrecondition, workshop.CodeVersionConflict)
	case matchOptional:
		codes = append(codes, workshop.CodeVersionConflict)
	}
	return append(codes, r.problems...)
}
