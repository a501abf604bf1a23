package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// dayRoutes are those by which the day is led and lived.
func dayRoutes() []route {
	notFound := []workshop.Code{workshop.CodeNotFound}
	return []route{
		{method: http.MethodPut, path: inWorkshop + "/agenda", id: "setAgenda", summary: "Replace the agenda; phases with an id stay the same phases", action: workshop.EditAgenda, ifMatch: matchRequired, body: agendaBody{}, status: 200, result: workshopBody{}, problems: closed, handle: (*api).setAgenda},
		{method: http.MethodPost, path: inWorkshop + "/phase", id: "movePhase", summary: "start (phaseId, minutes), pause, resume, extend (minutes), skip or back", action: workshop.LeadDay, ifMatch: matchRequired, body: phaseBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownPhase, workshop.CodeWorkshopClosed}, handle: (*api).movePhase},
		{method: http.MethodPatch, path: inWorkshop + "/day", id: "changeDay", summary: "Focus a stage; freeze all boards, or all but some", action: workshop.LeadDay, ifMatch: matchRequired, body: dayBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, handle: (*api).changeDay},
		{method: http.MethodPost, path: inWorkshop + "/gallery", id: "moveGallery", summary: "start (minutes a round), next or stop a gallery walk: each group reads another's board, on a rota", action: workshop.LeadDay, ifMatch: matchRequired, body: galleryBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, handle: (*api).moveGallery},

		{method: http.MethodGet, path: inWorkshop + "/concern", id: "concern", summary: "What concerns the caller alone: help, announcements, the board their group visits", action: workshop.ViewWorkshop, status: 200, result: concernBody{}, handle: (*api).concern},
		{method: http.MethodPost, path: inWorkshop + "/help", id: "askHelp", summary: "Ask for help, or raise a hand, for one's group", action: workshop.AskHelp, body: textBody{}, status: 200, result: concernBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, handle: (*api).askHelp},
		{method: http.MethodDelete, path: inWorkshop + "/help", id: "withdrawHelp", summary: "Help is no longer needed", action: workshop.AskHelp, status: 200, result: concernBody{}, problems: notFound, handle: (*api).withdrawHelp},
		{method: http.MethodPatch, path: inWorkshop + "/help/{helpId}", id: "answerHelp", summary: "Answer a group privately, or settle its request", action: workshop.AnswerHelp, body: answerBody{}, status: 200, result: concernBody{}, problems: notFound, handle: (*api).answerHelp},
		{method: http.MethodPost, path: inWorkshop + "/announcements", id: "announce", summary: "Say something to everybody, or to some groups", action: workshop.AnswerHelp, body: announceBody{}, status: 200, result: concernBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeWorkshopClosed}, handle: (*api).announce},
		{method: http.MethodPost, path: inWorkshop + "/groups/{groupId}/cards", id: "dropCard", summary: "Put a hint or a library entry on a group's board", action: workshop.DropCard, body: cardBody{}, status: 204, problems: []workshop.Code{workshop.CodeUnknownGroup}, handle: (*api).dropCard},
		{method: http.MethodPost, path: inWorkshop + "/groups/{groupId}/cards/{cardId}/comments", id: "commentBoard", summary: "Comment on a card of a board one may read", action: workshop.CommentBoard, body: textBody{}, status: 204, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeNotFound}, handle: (*api).commentBoard},

		{method: http.MethodPut, path: inWorkshop + "/warmup", id: "askWarmup", summary: "Ask everybody a warm-up question, in place of an earlier one", action: workshop.LeadDay, ifMatch: matchRequired, body: questionBody{}, status: 200, result: workshopBody{}, problems: closed, handle: (*api).askWarmup},
		{method: http.MethodPost, path: inWorkshop + "/warmup/close", id: "closeWarmup", summary: "Take no more answers", action: workshop.LeadDay, ifMatch: matchRequired, status: 200, result: workshopBody{}, problems: notFound, handle: (*api).closeWarmup},
		{method: http.MethodGet, path: inWorkshop + "/warmup/answers", id: "warmupAnswers", summary: "What people answered, with the department and without the name, the newest first", action: workshop.ViewWorkshop, status: 200, result: warmupBody{}, handle: (*api).warmupAnswers},
		{method: http.MethodDelete, path: inWorkshop + "/warmup/answers/{participantId}", id: "hideWarmup", summary: "Take somebody's answer off all screens", action: workshop.LeadDay, status: 204, problems: notFound, handle: (*api).hideWarmup},
		{method: http.MethodGet, path: inWorkshop + "/warmup/mine", id: "myWarmup", summary: "What one answered oneself", action: workshop.Vote, status: 200, result: textBody{}, handle: (*api).myWarmup},
		{method: http.MethodPut, path: inWorkshop + "/warmup/mine", id: "answerWarmup", summary: "Replace one's own answer; empty: take it back", action: workshop.Vote, body: textBody{}, status: 200, result: textBody{}, problems: notFound, handle: (*api).answerWarmup},
		{method: http.MethodPost, path: inWorkshop + "/me/devices", id: "addDevice", summary: "A link by which one goes on as oneself on another device", action: workshop.EditSelf, status: 201, result: myLinkBody{}, audit: workshop.AuditLink, handle: (*api).addDevice},

		{method: http.MethodPost, path: inWorkshop + "/polls", id: "openPoll", summary: "Begin a vote by dots", action: workshop.Decide, ifMatch: matchRequired, body: pollBody{}, status: 201, result: workshopBody{}, problems: []workshop.Code{workshop.CodePollOpen, workshop.CodeWorkshopClosed}, handle: (*api).openPoll},
		{method: http.MethodPost, path: inWorkshop + "/polls/{pollId}/close", id: "closePoll", summary: "End a vote and count it", action: workshop.Decide, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeNotFound, workshop.CodePollClosed}, handle: (*api).closePoll},
		{method: http.MethodGet, path: inWorkshop + "/polls/{pollId}/ballot", id: "myBallot", summary: "One's own dots", action: workshop.Vote, status: 200, result: ballotBody{}, handle: (*api).myBallot},
		{method: http.MethodPut, path: inWorkshop + "/polls/{pollId}/ballot", id: "vote", summary: "Replace one's own dots, within the budget", action: workshop.Vote, body: ballotBody{}, status: 200, result: ballotBody{}, problems: []workshop.Code{workshop.CodePollClosed, workshop.CodeOverBudget, workshop.CodeUnknownGroup, workshop.CodeNotFound}, handle: (*api).vote},

		{method: http.MethodPost, path: inWorkshop + "/writings", id: "beginWriting", summary: "Begin a round of private writing", action: workshop.Decide, ifMatch: matchRequired, body: writingBody{}, status: 201, result: workshopBody{}, problems: []workshop.Code{workshop.CodeWritingOn, workshop.CodeWorkshopClosed}, handle: (*api).beginWriting},
		{method: http.MethodPost, path: inWorkshop + "/writings/{writingId}/reveal", id: "revealWriting", summary: "End the round: all notes become cards", action: workshop.Decide, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeNotFound, workshop.CodeWritingOver}, handle: (*api).revealWriting},
		{method: http.MethodGet, path: inWorkshop + "/writings/{writingId}/notes", id: "myNotes", summary: "What one wrote oneself", action: workshop.Vote, status: 200, result: notesBody{}, handle: (*api).myNotes},
		{method: http.MethodPut, path: inWorkshop + "/writings/{writingId}/notes", id: "keepNotes", summary: "Replace what one wrote oneself; with base, what was last read, put together with what came meanwhile", action: workshop.Vote, body: keepNotesBody{}, status: 200, result: notesBody{}, problems: []workshop.Code{workshop.CodeWritingOver, workshop.CodeUnknownGroup, workshop.CodeNotFound}, handle: (*api).keepNotes},

		{method: http.MethodGet, path: inWorkshop + "/feedback/mine", id: "myFeedback", summary: "What one said of the day", action: workshop.GiveFeedback, status: 200, result: workshop.Feedback{}, handle: (*api).myFeedback},
		{method: http.MethodPut, path: inWorkshop + "/feedback/mine", id: "giveFeedback", summary: "Say what one thinks of the day", action: workshop.GiveFeedback, body: workshop.Feedback{}, status: 200, result: workshop.Feedback{}, problems: closed, handle: (*api).giveFeedback},
		{method: http.MethodGet, path: inWorkshop + "/feedback", id: "feedbackResults", summary: "What all said of the day, without names", action: workshop.ReadFeedback, status: 200, result: workshop.FeedbackResult{}, handle: (*api).feedbackResults},
	}
}
