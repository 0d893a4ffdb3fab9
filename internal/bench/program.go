package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// usage is what a run of the program took.
type usage struct {
	Status      int     `json:"status"`  // exit status
	PeakMiB     float64 `json:"peakMiB"` // 0: unknown on this system
	CPUSeconds  float64 `json:"cpuSeconds"`
	WallSeconds float64 `json:"wallSeconds"`
}

// maxRun is how long a run may take. The longest is the first apply of 1,000 organizations of 100 people, with rounds.
const maxRun = 20 * time.Minute

// measureCommand makes this program run another one, and measure it. See program.run.
const measureCommand = "measure-program"

// program is the program to measure.
type program struct {
	file string
	self string // the file of this program
}

// build builds the program into a directory.
func build(ctx context.Context, dir string) (string, error) {
	file := filepath.Join(dir, "atlas-gitops.exe") // Windows needs the ending
	out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=auto", "-o", file, "atlas-gitops").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return file, nil
}

// version returns what the program calls itself, and the commit that it was built from, if that is known.
func (p program) version(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, p.file, "version").Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", p.file, err)
	}
	version := strings.TrimSpace(string(out))
	if info, err := buildinfo.ReadFile(p.file); err == nil {
		version += commit(info.Settings)
	}
	return version, nil
}

// commit returns the commit in the settings of a build, with what comes before it in a sentence.
func commit(settings []debug.BuildSetting) string {
	values := map[string]string{}
	for _, s := range settings {
		values[s.Key] = s.Value
	}
	revision := values["vcs.revision"]
	switch {
	case revision == "":
		return ""
	case values["vcs.modified"] == "true":
		return ", commit " + revision[:min(7, len(revision))] + " and changes"
	}
	return ", commit " + revision[:min(7, len(revision))]
}

// run runs the program in a directory, and measures it. It does so from a process of its own, because Linux counts the memory of the
// process that starts a program as the program's: here that is the memory of the sandbox.
func (p program) run(ctx context.Context, dir, baseURL string, args []string) (u usage, err error) {
	c := exec.CommandContext(ctx, p.self, append([]string{measureCommand, p.file}, args...)...)
	c.Dir, c.Env = dir, environment(dir, baseURL)
	alive, err := c.StdinPipe() // the process ends the program when this one is gone
	if err != nil {
		return u, err
	}
	defer alive.Close()
	var out, shown bytes.Buffer
	c.Stdout, c.Stderr = &out, &shown
	if err := c.Run(); err != nil {
		return u, fmt.Errorf("%s %s: %w\n%s", p.file, strings.Join(args, " "), err, shown.String())
	}
	if err := json.Unmarshal(out.Bytes(), &u); err != nil {
		return u, err
	}
	if u.Status != 0 {
		return u, fmt.Errorf("%s %s: exit status %d\n%s", p.file, strings.Join(args, " "), u.Status, lastBytes(shown.String(), 2000))
	}
	return u, nil
}

// lastBytes returns the end of a text.
func lastBytes(s string, n int) string { return s[max(0, len(s)-n):] }

// environment returns the variables of the program: no credentials, and no cache of the person who runs this.
func environment(dir, baseURL string) (all []string) {
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MONGODB_") && !strings.HasPrefix(variable, "GITHUB_") {
			all = append(all, variable)
		}
	}
	return append(all, "HOME="+dir, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "LocalAppData="+dir, "MONGODB_ATLAS_BASE_URL="+baseURL)
}

// measure runs a program, and writes its usage as JSON to out. What the program shows goes to standard error. It ends the program after
// maxRun, or when in ends.
func measure(ctx context.Context, in io.Reader, out io.Writer, file string, args []string) error {
	ctx, cancel := context.WithTimeout(ctx, maxRun)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	c := exec.CommandContext(ctx, file, args...)
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	start := time.Now()
	err := c.Run()
	u := usage{WallSeconds: time.Since(start).Seconds()}
	if failed := (*exec.ExitError)(nil); ctx.Err() != nil || err != nil && !errors.As(err, &failed) {
		return errors.Join(err, ctx.Err())
	}
	u.Status, u.PeakMiB = c.ProcessState.ExitCode(), peakMiB(c.ProcessState)
	u.CPUSeconds = (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	return json.NewEncoder(out).Encode(u)
}
