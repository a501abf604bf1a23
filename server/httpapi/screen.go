package httpapi

import (
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// screenRoutes are those by which the projectors are led.
func screenRoutes() []route {
	return []route{
		{method: http.MethodPatch, path: inWorkshop + "/screen", id: "changeScreen", summary: "Set what all projectors show: mode, group, stage, vote, slide; whether the group presented turns its slides, names are hidden, calls for help are marked", action: workshop.LeadScreen, ifMatch: matchOptional, body: screenBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeUnknownGroup}, handle: (*api).changeScreen},
		{method: http.MethodPost, path: inWorkshop + "/screen/slide", id: "turnSlide", summary: "Show another slide of the theory or presentation that is shown; also for the group that presents when it was handed the clicker", action: workshop.TurnSlide, body: turnBody{}, status: 200, result: workshopBody{}, problems: []workshop.Code{workshop.CodeScreenMoved}, handle: (*api).turnSlide},
	}
}

type screenBody struct {
	Mode      *workshop.ScreenMode `json:"mode,omitempty"`
	GroupID   *workshop.GroupID    `json:"groupId,omitempty"`
	StageID   *workshop.StageID    `json:"stageId,omitempty"`
	PollID    *workshop.PollID     `json:"pollId,omitempty"`
	Slide     *int                 `json:"slide,omitempty"`
	Handed    *bool                `json:"handed,omitempty"`
	HideNames *bool                `json:"hideNames,omitempty"`
	ShowHelp  *bool                `json:"showHelp,omitempty"`
}

// turnBody names what the caller sees and the slide to go to.
type turnBody struct {
	Mode    workshop.ScreenMode `json:"mode"`
	GroupID workshop.GroupID    `json:"groupId,omitempty"`
	Slide   int                 `json:"slide"`
}

func (a *api) changeScreen(c *call) error {
	var body screenBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.ChangeScreen(c.ctx, c.workshop.ID, c.expect, workshop.ScreenChange{
		Mode: body.Mode, Group: body.GroupID, Stage: body.StageID, Poll: body.PollID, Slide: body.Slide,
		Handed: body.Handed, HideNames: body.HideNames, ShowHelp: body.ShowHelp,
	})
	return a.answerState(c, http.StatusOK, w, err)
}

func (a *api) turnSlide(c *call) error {
	var body turnBody
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := a.Service.TurnSlide(c.ctx, c.workshop.ID, workshop.Turn{Mode: body.Mode, Group: body.GroupID, Slide: body.Slide})
	return a.answerState(c, http.StatusOK, w, err)
}
