package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
)

// screen lets several goroutines write lines, above one live line that is always the last.
type screen struct {
	mu   sync.Mutex
	w    io.Writer
	line string
}

// eraseLine goes to the start of the line and clears it (ECMA-48).
const eraseLine = "\r\x1b[K"

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line == "" {
		return s.w.Write(p)
	}
	_, err := io.WriteString(s.w, eraseLine+string(p)+s.line)
	return len(p), err
}

// show replaces the live line; "" removes it. That it cannot be shown is no trouble.
func (s *screen) show(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line != s.line {
		s.line = line
		_, _ = io.WriteString(s.w, eraseLine+line)
	}
}

// progress tells how far a run has come: on a terminal in one live line, elsewhere with a line for each organization
// that is done.
type progress struct {
	screen *screen
	live   bool
	width  func() int // how long a line can be that does not wrap: one that does cannot be erased

	mu      sync.Mutex
	stage   string // "" between two stages
	orgs    share
	steps   share
	waits   time.Time // until when somebody waits
	whatFor string
	stop    chan struct{} // ends tick
	stopped chan struct{} // closed when it has ended
}

// share is how many of all are done.
type share struct{ done, all int }

// newProgress tells it on standard error.
func newProgress(env Env) *progress {
	s, ok := env.Stderr.(*screen)
	if !ok {
		s = &screen{w: env.Stderr}
	}
	width := func() int {
		if env.Width == nil {
			return maxLine
		}
		return max(0, min(maxLine, env.Width()-1))
	}
	return &progress{screen: s, live: env.ShowsErr && env.Getenv("TERM") != "dumb", width: width}
}

// begin begins a stage with so many organizations and steps.
func (p *progress) begin(stage string, orgs, steps int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.orgs, p.steps, p.waits = stage, share{0, orgs}, share{0, steps}, time.Time{}
	if p.live {
		p.stop, p.stopped = make(chan struct{}), make(chan struct{})
		go p.tick(p.stop, p.stopped)
		p.draw()
	}
}

// tick keeps the live line true while nothing happens.
func (p *progress) tick(stop, stopped chan struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			p.count(func() {})
		}
	}
}

// end ends a stage and removes the live line.
func (p *progress) end() {
	p.mu.Lock()
	p.stage = ""
	stop, stopped := p.stop, p.stopped
	p.stop = nil
	p.mu.Unlock()
	if stop != nil {
		close(stop)
		<-stopped
		p.screen.show("")
	}
}

// count changes what is told, and tells it.
func (p *progress) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.draw()
}

func (p *progress) orgDone()  { p.count(func() { p.orgs.done++ }) }
func (p *progress) stepDone() { p.count(func() { p.steps.done++ }) }

// waiting tells of a wait. Of several the longest counts.
func (p *progress) waiting(w client.Wait) {
	p.count(func() {
		until := time.Now().Add(w.For)
		if !until.After(p.waits) {
			return
		}
		p.waits, p.whatFor = until, "to try again"
		if w.Err == nil || strings.Contains(w.Err.Code, "RATE_LIMITED") {
			p.whatFor = "for Atlas's limits"
		}
	})
}

// finished tells that an organization is done.
func (p *progress) finished(r apply.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orgs.done++
	p.draw()
	if !p.live {
		fmt.Fprintf(p.screen, "[%d/%d] %s: %s\n", p.orgs.done, p.orgs.all, r.Org.Heading(), r.Summary())
	}
}

// maxLine is how long the live line gets, if the terminal is as wide as most are.
const maxLine = 79

func (p *progress) draw() {
	if !p.live || p.stage == "" {
		return
	}
	line := fmt.Sprintf("%s: %d of %d organizations", p.stage, p.orgs.done, p.orgs.all)
	if p.steps.all > 0 {
		// A step that did not last is told twice.
		line += fmt.Sprintf(", %d of %d steps", min(p.steps.done, p.steps.all), p.steps.all)
	}
	if left := time.Until(p.waits).Round(time.Second); left > 0 {
		line += fmt.Sprintf("; waiting %s %s", left, p.whatFor)
	}
	p.screen.show(strings.TrimRight(line[:min(len(line), p.width())], " "))
}
