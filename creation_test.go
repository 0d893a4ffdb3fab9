//go:build !windows

package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// labs is an organization that does not exist yet.
const labs = `name: Acme-Labs
credentials: ACME_LABS
create: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, apiKey: { desc: gitops, roles: [ORG_OWNER] } }
settings: { multiFactorAuthRequired: true }
members:
  - { username: ada@acme.example, roles: [ORG_OWNER] }
  - { username: lynn@acme.example, roles: [ORG_MEMBER] }
`

// TestKilledCreating ends a run that creates an organization by force at each of its requests, before and after the effect.
// The same command again creates it, or says clearly what is there and what to do, which then does the rest. There is
// never a second one.
func TestKilledCreating(t *testing.T) {
	t.Parallel()
	digest := newCreation(t).digest()
	requests := 0
	for method := "any"; method != ""; requests++ {
		a := newCreation(t)
		method = a.killedAt(requests, false, digest)
		a.goOn(digest, method != "")
		if method == http.MethodGet || method == "" {
			continue // it has no effect
		}
		a = newCreation(t)
		a.goOn(digest, a.killedAt(requests, true, digest) != "")
	}
	if requests < 10 || requests > 30 {
		t.Errorf("a run has %d requests", requests)
	}
}

// creation is a tree with an organization that does not exist yet.
type creation struct {
	*atlas
	dir string
}

func newCreation(t *testing.T) *creation {
	t.Helper()
	c := &creation{newAtlas(t), t.TempDir()}
	if err := os.MkdirAll(filepath.Join(c.dir, "orgs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "orgs", "labs.yaml"), []byte(labs), 0o644); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs the program in the directory of the tree.
func (c *creation) run(args ...string) (status int, said string) {
	c.Helper()
	c.mu.Lock()
	c.cmd = exec.Command("atlas-gitops", args...)
	c.cmd.Dir, c.cmd.Env = c.dir, c.variables
	out := new(strings.Builder)
	c.cmd.Stdout, c.cmd.Stderr = out, out
	err := c.cmd.Start()
	c.mu.Unlock()
	if err != nil {
		c.Fatal(err)
	}
	_ = c.cmd.Wait() // the status tells
	return c.cmd.ProcessState.ExitCode(), out.String()
}

func (c *creation) apply(digest string) (int, string) {
	c.Helper()
	return c.run("apply", "--accept", digest, "--credentials-out", "labs.env")
}

func (c *creation) digest() string {
	c.Helper()
	_, said := c.run("plan")
	found := regexp.MustCompile(`Digest: ([0-9a-f]{64})`).FindStringSubmatch(said)
	if found == nil {
		c.Fatal(said)
	}
	return found[1]
}

// killedAt kills a run at the request with the number, from 0, and returns its method; "" if there was no such request.
func (c *creation) killedAt(n int, after bool, digest string) string {
	c.Helper()
	method := ""
	c.mu.Lock()
	c.everything = true
	c.mu.Unlock()
	c.at(n, func(_ http.ResponseWriter, r *http.Request) {
		method = r.Method
		if after {
			c.server.ServeHTTP(httptest.NewRecorder(), r)
		}
		c.signal(syscall.SIGKILL)
		panic(http.ErrAbortHandler) // there is nobody to answer
	})
	status, said := c.apply(digest)
	c.at(0, nil)
	if status != -1 && status != 0 {
		c.Fatalf("request %d: %d\n%s", n, status, said)
	}
	return method
}

// goOn does what somebody does who knows no more than what the program says.
func (c *creation) goOn(digest string, killed bool) {
	c.Helper()
	status, said := c.apply(digest)
	switch made := c.created(); {
	case made > 1:
		c.Fatalf("%d organizations", made)
	case status == 0 && killed && made == 1:
	case strings.Contains(said, "another run has begun to create it ("):
		if data, err := os.ReadFile(filepath.Join(c.dir, "labs.env")); err != nil || strings.Contains(string(data), "=") {
			c.Errorf("%v: the file has a credential and nobody is told\n%s", err, said)
		}
		return
	case made == 0, status != 1, killed && !strings.Contains(said, "there is no credential in the environment; set "):
		c.Fatalf("status %d, %d organizations\n%s", status, made, said)
	}
	c.load()
	if status, said := c.run("apply", "--auto-approve"); status != 0 {
		c.Errorf("with its credential: %d\n%s", status, said)
	}
	if status, said := c.run("plan", "--detailed-exitcode"); status != 0 || c.created() != 1 {
		c.Errorf("at the end: %d, %d organizations\n%s", status, c.created(), said)
	}
}

// load adds what the file holds to the environment.
func (c *creation) load() {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "labs.env"))
	if err != nil {
		c.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			c.variables = append(c.variables, strings.TrimSpace(line))
		}
	}
}

// created returns how many organizations were created.
func (c *creation) created() (n int) {
	for _, e := range c.server.Log() {
		if e.Method == http.MethodPost && e.Path == "/api/atlas/v2/orgs" && e.Done() == http.StatusCreated {
			n++
		}
	}
	return n
}
