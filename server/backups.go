package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/pathboard/pathboard/hub/store/filestore"
	"github.com/pathboard/pathboard/hub/store/redisstore"
	"github.com/pathboard/pathboard/server/backup"
	"github.com/pathboard/pathboard/server/config"
	"github.com/pathboard/pathboard/server/workshop"
)

// readable is a store as backup and check read it, beside the server that runs
// on it.
type readable interface {
	backup.Source
	Close() error
}

// openReadable opens what the settings name for reading alone.
func openReadable(ctx context.Context, c config.Config, log *slog.Logger) (readable, error) {
	if c.RedisURL != "" {
		return openRedisStore(ctx, c, log)
	}
	return filestore.Open(ctx, filestore.Options{Dir: c.Data, Logger: log, ReadOnly: true})
}

func openRedisStore(ctx context.Context, c config.Config, log *slog.Logger) (*redisstore.Store, error) {
	s, err := redisstore.Open(ctx, redisstore.Options{URL: c.RedisURL, AllowWeakDurability: c.AllowWeakDurability, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("PATHBOARD_REDIS_URL: %w", err)
	}
	return s, nil
}

// makeBackup writes a backup of the store, or of one workshop, to --file.
func makeBackup(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) (err error) {
	if c.File == "" {
		return fmt.Errorf("%w: name the file to write with --file, or - for the standard output", config.ErrUsage)
	}
	src, err := openReadable(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	o := backup.Options{Workshop: workshop.WorkshopID(c.Workshop), Program: version(), Now: time.Now()}
	if c.File == "-" {
		_, err := backup.Write(ctx, src, stdout, o)
		return err
	}
	total, err := writeWhole(c.File, func(w io.Writer) (backup.Summary, error) { return backup.Write(ctx, src, w, o) })
	if err == nil {
		fmt.Fprintf(stdout, "%s: %s\n", c.File, counted(total))
	}
	return err
}

func counted(s backup.Summary) string {
	return fmt.Sprintf("workshops: %d, records: %d, documents: %d", s.Workshops, s.Records, s.Documents)
}

// writeWhole makes a new file that is there whole, and on disk, or not at all.
func writeWhole(name string, write func(io.Writer) (backup.Summary, error)) (total backup.Summary, err error) {
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return total, errors.Join(fmt.Errorf("%s exists; a backup replaces no file", name), err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".backup-*") // readable by its owner alone
	if err != nil {
		return total, fmt.Errorf("write backup: %w", err)
	}
	defer os.Remove(f.Name()) // gone when it was renamed
	if total, err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return total, fmt.Errorf("write backup: %w", err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return total, fmt.Errorf("write backup: %w", err)
	}
	return total, nil
}

// restoreBackup writes what --file holds into the store and reads it back.
func restoreBackup(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) (err error) {
	f, err := openBackup(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	st, err := openStorage(ctx, c, log)
	if errors.Is(err, filestore.ErrLocked) {
		return fmt.Errorf("%w: stop the server, restore, start it again", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	target, ok := st.store.(backup.Target)
	if !ok {
		return errors.New("this store cannot be restored into")
	}
	ends, err := takeEnds(ctx, target, c.Erasures)
	if err != nil {
		return err
	}
	total, err := backup.Restore(ctx, target, f, c.Replace)
	if errors.Is(err, backup.ErrExists) {
		return fmt.Errorf("%w; nothing was changed; --replace puts the backup in their place", err)
	}
	if err == nil {
		fmt.Fprintf(stdout, "restored and read back: %s\n%s\n", counted(total), ends)
	}
	return err
}

// takeEnds takes what must stay erased from a newer backup, before anything
// comes back, and says what that means for the people in the backup.
func takeEnds(ctx context.Context, to backup.Target, name string) (string, error) {
	if name == "" {
		return "erased since the backup: only what this store knows of is erased again; --erasures takes the list from a newer backup", nil
	}
	f, err := openBackup(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	n, err := backup.TakeEnds(ctx, to, f)
	if err != nil {
		return "", fmt.Errorf("--erasures: %w", err)
	}
	return fmt.Sprintf("erased since the backup: %d erasures and receipts are known; the server applies them when it starts", n), nil
}

// openBackup opens a file, or keeps what comes in through - in one that is gone
// when it is closed: it is read more than once.
func openBackup(name string) (*os.File, error) {
	if name == "" {
		return nil, fmt.Errorf("%w: name the backup with --file, or - for the standard input", config.ErrUsage)
	}
	if name != "-" {
		return os.Open(name)
	}
	f, err := os.CreateTemp("", "pathboard-backup-*")
	if err != nil {
		return nil, err
	}
	err = errors.Join(os.Remove(f.Name()), copyAll(f, os.Stdin))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func copyAll(to io.Writer, from io.Reader) error {
	_, err := io.Copy(to, from)
	return err
}

// check examines the store, or the backup in --file, and reports all that is
// damaged in it.
func check(ctx context.Context, c config.Config, log *slog.Logger, stdout io.Writer) (err error) {
	if c.File != "" {
		return checkBackup(c, stdout)
	}
	name := c.Data
	if c.RedisURL != "" {
		name = "Redis"
	} else if _, err := os.Stat(filestore.Path(c.Data)); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(stdout, "%s: nothing is stored here\n", c.Data)
		return nil
	}
	src, err := openReadable(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if files, ok := src.(*filestore.Store); ok {
		if err := files.Check(ctx); err != nil {
			return err
		}
	}
	total, err := backup.Check(ctx, src)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: no damage found; %s\n", name, counted(total))
	return nil
}

func checkBackup(c config.Config, stdout io.Writer) error {
	f, err := openBackup(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	total, err := backup.Verify(f)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: no damage found; %s\n", c.File, counted(total))
	return nil
}
