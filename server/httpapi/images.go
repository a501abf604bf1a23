package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/pathboard/pathboard/server/workshop"
)

// Images keeps the pictures of boards.
type Images interface {
	// Put keeps a picture of a board, or fails with CodeImagesFull; fresh is
	// false where it was there already.
	Put(ctx context.Context, w *workshop.Workshop, g workshop.GroupID, id workshop.ImageID, jpeg []byte) (fresh bool, err error)
	// Get returns a picture of a board, or CodeNotFound.
	Get(ctx context.Context, g workshop.GroupID, id workshop.ImageID) ([]byte, error)
}

// imageRoutes are those of the pictures on boards.
func imageRoutes() []route {
	const path = inWorkshop + "/groups/{groupId}/images/{imageId}"
	return []route{
		{method: http.MethodPut, path: path, id: "putImage", summary: "Keep a picture for a card of the board: a JPEG of at most 256 KB under the SHA-256 of its bytes", action: workshop.WriteBoard, status: 204, problems: []workshop.Code{codeTooLarge, workshop.CodeUnknownGroup, workshop.CodeImageUnreadable, workshop.CodeImagesFull}, handle: (*api).putImage},
		{method: http.MethodGet, path: path, id: "image", summary: "A picture of the board, as JPEG", action: workshop.ReadBoard, status: 200, problems: []workshop.Code{workshop.CodeUnknownGroup, workshop.CodeNotFound}, handle: (*api).getImage},
	}
}

func (c *call) image() workshop.ImageID { return workshop.ImageID(c.Param("imageId")) }

func (a *api) putImage(c *call) error {
	size, err := a.keepImage(c)
	outcome := "kept"
	if code := workshop.CodeOf(err); code != "" {
		outcome = string(code)
	} else if err == nil && size == 0 {
		outcome = "known"
	}
	if a.ObserveImage != nil {
		a.ObserveImage(outcome, size)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// keepImage returns the bytes that are kept; 0 where they were before.
func (a *api) keepImage(c *call) (int, error) {
	tooLarge := &workshop.Error{Code: codeTooLarge, Params: workshop.Params{"max": "256 KB"}}
	if c.Request().ContentLength > workshop.ImageMaxBytes {
		return 0, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, workshop.ImageMaxBytes))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return 0, tooLarge
	}
	if err != nil {
		return 0, err
	}
	bare, err := workshop.CheckImage(c.image(), body)
	if err != nil {
		return 0, err
	}
	fresh, err := a.Images.Put(c.ctx, c.workshop, c.group(), c.image(), bare)
	if err != nil || !fresh {
		return 0, err
	}
	return len(bare), nil
}

func (a *api) getImage(c *call) error {
	data, err := a.Images.Get(c.ctx, c.group(), c.image())
	if err != nil {
		return err
	}
	return c.picture(data)
}

// picture sends a picture that no browser takes for anything else.
func (c *call) picture(data []byte) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", `inline; filename="image.jpg"`)
	return c.Blob(http.StatusOK, "image/jpeg", data)
}
