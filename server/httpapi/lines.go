package httpapi

import (
	"context"
	"net/http"

	"github.com/pathboard/pathboard/server/lines"
	"github.com/pathboard/pathboard/server/workshop"
)

// Lines says how a workshop is connected.
type Lines interface {
	Look(ctx context.Context, id workshop.WorkshopID) lines.View
}

// lineRoutes are those by which whoever leads finds out what is slow.
func lineRoutes() []route {
	return []route{
		{method: http.MethodGet, path: inWorkshop + "/lines", id: "lines", summary: "How the instances fare and how everybody is connected: round trips, broken lines of the last ten minutes, who has not come back", action: workshop.SeeLines, status: 200, result: lines.View{}, handle: (*api).lines},
	}
}

func (a *api) lines(c *call) error {
	return c.answer(http.StatusOK, a.Lines.Look(c.ctx, c.workshop.ID))
}
