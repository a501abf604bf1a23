// Command pathboard serves workshops whose groups edit shared pathway boards.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/demo"
	"github.com/pathboard/pathboard/server/obs"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err, os.Stderr))
}

// exitCode says on one line what went wrong and returns the exit status.
func exitCode(err error, stderr io.Writer) int {
	switch {
	case err == nil, errors.Is(err, config.ErrHelp):
		return 0
	case errors.Is(err, config.ErrUsage):
		fmt.Fprintf(stderr, "pathboard: %s; see pathboard --help\n", oneLine(err))
		return 2
	default:
		fmt.Fprintf(stderr, "pathboard: %s\n", oneLine(err))
		return 1
	}
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// run is the program: it ends when ctx does or when something failed.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	command := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	commands := map[string]func(context.Context, config.Config, *slog.Logger, io.Writer) error{
		"serve": serve, "demo": showDemo, "ready": ready,
		"backup": makeBackup, "restore": restoreBackup, "check": check, "doctor": examine,
	}
	switch command {
	case "help":
		config.Usage(stdout)
		return nil
	case "version":
		fmt.Fprintln(stdout, "pathboard", version())
		return nil
	}
	f, ok := commands[command]
	if !ok {
		return fmt.Errorf("%w: %q is no command", config.ErrUsage, command)
	}
	c, err := config.Parse(args, getenv, stdout)
	if err != nil {
		return err
	}
	return f(ctx, c, obs.Logger(stderr, c.LogLevel), stdout)
}

// serve runs the server until ctx ends, then drains it.
func serve(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) error {
	app, err := OpenApp(ctx, c, log)
	if err != nil {
		return err
	}
	announce(stdout, app.addr, c)
	<-ctx.Done()
	return drain(app)
}

// showDemo fills in the demonstration workshop, on a running server or on one of
// its own, which then serves until ctx ends.
func showDemo(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) error {
	o := demo.Options{URL: c.URL, AdminToken: c.AdminToken, Language: c.Language}
	if c.URL != "" {
		links, err := demo.Fill(ctx, o)
		if err == nil {
			announceDemo(stdout, links)
		}
		return err
	}
	if c.RedisURL == "" {
		if c.Data == config.Default().Data {
			c.Data = filepath.Join(c.Data, "demo") // beside what may be in earnest
		}
		o.Memory = filepath.Join(c.Data, "demo-"+c.Language+".json")
	}
	app, err := OpenApp(ctx, c, log)
	if err != nil {
		return err
	}
	announce(stdout, app.addr, c)
	o.URL = localURL(app.addr)
	links, err := demo.Fill(ctx, o)
	if err != nil {
		return errors.Join(err, drain(app))
	}
	announceDemo(stdout, links)
	<-ctx.Done()
	return drain(app)
}

// drain closes the app within the time a supervisor allows.
func drain(app *App) error {
	ctx, cancel := context.WithTimeout(context.Background(), config.Drain)
	defer cancel()
	if err := app.Close(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// version returns the version of the module or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return info.Main.Version + " " + s.Value[:12]
		}
	}
	return info.Main.Version
}
