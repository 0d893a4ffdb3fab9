package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"atlas-gitops/internal/sandbox"
)

// row is what was measured of one work at one size. The JSON form is for comparisons.
type row struct {
	Work string `json:"work"`
	size
	LatencyMilliseconds int            `json:"latencyMilliseconds"` // during the run that was timed
	Requests            map[string]int `json:"requests"`            // by kind
	Rounds              int            `json:"rounds"`
	usage
}

// The files in the directory in which the program runs.
const (
	treeDir         = "orgs"
	credentialsFile = "credentials.env"
)

// bench measures rows.
type bench struct {
	program         program
	serviceAccounts bool
	temp            string // a directory for everything
	log             string // a file for the requests and their rounds; "" for none
	runs            int
}

// measure runs a work twice: once in rounds, to count, and once with latency, to measure time and memory.
func (b *bench) measure(ctx context.Context, w work, s size) (row, error) {
	r := row{Work: w.name, size: s, LatencyMilliseconds: int(w.latency.Milliseconds()), Requests: map[string]int{}}
	fleet, err := b.fleet(w, s)
	if err != nil {
		return r, err
	}
	if fleet != nil {
		if err := b.countRounds(ctx, &r, w, fleet); err != nil {
			return r, err
		}
	}
	_, r.usage, err = b.run(ctx, w, s, fleet, sandbox.Behavior{LatencyMilliseconds: r.LatencyMilliseconds})
	return r, err
}

// fleet returns what Atlas has before the work, or nil if the work needs no Atlas.
func (b *bench) fleet(w work, s size) (*sandbox.Fleet, error) {
	if w.live == nil {
		return nil, nil
	}
	dir, err := b.newDir()
	if err != nil {
		return nil, err
	}
	return seedFleet(filepath.Join(dir, treeDir), w.live(s))
}

// countRounds sets the requests and rounds of a row. A busy machine can split a round, but never join two. So if there are too many, it
// counts again, with longer rounds, and the smaller number counts. Slow runs are not repeated: they have more to mend than a round.
func (b *bench) countRounds(ctx context.Context, r *row, w work, f *sandbox.Fleet) error {
	start := time.Now()
	a, err := b.count(ctx, w, r.size, f, quiet(r.size))
	if err != nil {
		return err
	}
	if a.Rounds() > w.most(r.size, b.serviceAccounts).rounds && time.Since(start) < time.Minute {
		again, err := b.count(ctx, w, r.size, f, 3*quiet(r.size))
		if err != nil {
			return err
		}
		if again.Rounds() < a.Rounds() {
			a = again
		}
	}
	r.Requests, r.Rounds = a.counter.counts, a.Rounds()
	return b.writeLog(r, a.Log())
}

// count runs a work in rounds. It checks that the program did the whole work.
func (b *bench) count(ctx context.Context, w work, s size, f *sandbox.Fleet, quiet int) (*atlas, error) {
	a, _, err := b.run(ctx, w, s, f, sandbox.Behavior{RoundMilliseconds: quiet})
	if err != nil {
		return nil, err
	}
	if got, want := writes(a.counter.counts), s.Orgs*w.changes(s); got != want {
		return nil, fmt.Errorf("the program wrote %d times, not %d", got, want)
	}
	return a, nil
}

// writeLog adds the requests of a row to the log, each with its round.
func (b *bench) writeLog(r *row, requests []sandbox.Entry) error {
	if b.log == "" {
		return nil
	}
	var text strings.Builder
	for _, e := range requests {
		fmt.Fprintf(&text, "%s %s round %d: %s %s?%s %d\n", r.Work, r.size, e.Round, e.Method, e.Path, e.Query, e.Status)
	}
	file, err := os.OpenFile(b.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text.String())
	return errors.Join(err, file.Close())
}

// quiet returns how many milliseconds without a request end a round: more if the program has to work longer on the answers of a round.
func quiet(s size) int { return 100 + min(s.Orgs, parallel)*(50+s.People)/50 }

// run runs the program once, in a new directory, against a copy of a fleet. It returns the sandbox, which is closed, or nil if there is
// no fleet.
func (b *bench) run(ctx context.Context, w work, s size, f *sandbox.Fleet, behavior sandbox.Behavior) (a *atlas, u usage, err error) {
	dir, err := b.newDir()
	if err != nil {
		return nil, u, err
	}
	if w.tree != nil {
		if err := writeTree(filepath.Join(dir, treeDir), w.tree(s)); err != nil {
			return nil, u, err
		}
	}
	if f == nil {
		u, err = b.program.run(ctx, dir, "", w.args)
		return nil, u, err
	}
	behavior.UnthrottledUsers = true                                    // Atlas's limit of ten invitations a minute would hide everything else
	behavior.NonceLifeSeconds, behavior.TokenLifeSeconds = 86400, 86400 // the number of logins must not depend on how long the run takes
	a, err = serve(f, behavior)
	if err != nil {
		return nil, u, err
	}
	defer a.http.Close()
	if err := os.WriteFile(filepath.Join(dir, credentialsFile), []byte(a.credentials(b.serviceAccounts)), 0o600); err != nil {
		return nil, u, err
	}
	u, err = b.program.run(ctx, dir, a.url, w.args)
	return a, u, err
}

// newDir makes a directory for one run.
func (b *bench) newDir() (string, error) {
	b.runs++
	dir := filepath.Join(b.temp, fmt.Sprintf("run%d", b.runs))
	return dir, os.Mkdir(dir, 0o755)
}
