package httpapi

import (
	"net/http"
	"time"
)

// Check is one thing that must work for the instance to be of use.
type Check struct {
	Name string
	Err  error
	Took time.Duration
}

func (a *api) health(c *call) error {
	return c.answer(http.StatusOK, healthBody{Status: "ok"})
}

// ready says whether edits can be saved and delivered now. What is wrong is
// told in a word; the cause is in the log.
func (a *api) ready(c *call) error {
	body, status := healthBody{Status: "ready", Checks: map[string]string{}}, http.StatusOK
	for _, check := range a.Ready(c.ctx) {
		body.Checks[check.Name] = "ok"
		if check.Err != nil {
			a.log.Warn("not ready", "check", check.Name, "error", check.Err.Error())
			body.Status, status = "not ready", http.StatusServiceUnavailable
			body.Checks[check.Name] = "failed"
		}
	}
	return c.answer(status, body)
}
