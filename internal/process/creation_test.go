//go:build !windows

package process

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
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

// TestKilledCreating kills a run that creates an organization at each of its requests, before and after the request
// takes effect. The same command then either creates the organization, or says what exists and what to do; following
// that advice finishes the work. There is never a second organization.
func TestKilledCreating(t *testing.T) {
	t.Parallel()
	digest := newCreation(t).digest()
	requests := 0
	for method := "any"; method != ""; requests++ {
		a := newCreation(t)
		method = a.killedAt(requests, false, digest)
		a.goOn(digest, method != "")
		if method == http.MethodGet || method == "" {
			continue // a read changes nothing, so "after" is the same as "before"
		}
		a = newCreation(t)
		a.goOn(digest, a.killedAt(requests, true, digest) != "")
	}
	if requests < 10 || requests > 30 {
		t.Errorf("a run has %d requests", requests)
	}
}

// TestSignalsWhileCreating: a signal comes while the run waits for the answer to a creation. For every signal, the new
// organization is recorded.
func TestSignalsWhileCreating(t *testing.T) {
	t.Parallel()
	const interrupted, undisturbed = 1, 0
	type row struct {
		reason string
		shell  string
		sent   []os.Signal
		status int
	}
	rows := []row{
		{"a closed terminal: the shell and the kernel each send SIGHUP", ":", []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, interrupted},
		{"a second signal other than SIGINT and SIGQUIT", ":", []os.Signal{syscall.SIGTERM, syscall.SIGXCPU, syscall.SIGHUP}, interrupted},
		{"a cancelled job: GitHub's runner sends SIGTERM after SIGINT", ":", []os.Signal{syscall.SIGINT, syscall.SIGTERM}, interrupted},
		{"nohup ignores SIGHUP", `trap "" HUP`, []os.Signal{syscall.SIGHUP}, undisturbed},
		{"a shell ignores SIGINT for a background job", `trap "" INT`, []os.Signal{syscall.SIGINT}, undisturbed},
		{"signals about a failed write", ":", []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}, undisturbed},
	}
	for _, s := range endingSignals() {
		rows = append(rows, row{"it ends a program: " + s.String(), ":", []os.Signal{s}, interrupted})
	}
	digest := newCreation(t).digest()
	for _, row := range rows {
		t.Run(row.reason, func(t *testing.T) {
			c := newCreation(t)
			c.shell = row.shell
			c.at(0, func(w http.ResponseWriter, r *http.Request) {
				for i, s := range row.sent {
					c.signal(s)
					if i == 0 && row.status == interrupted {
						c.awaitNotice(r)
					}
				}
				c.server.ServeHTTP(w, r)
			})
			status, said := c.apply(digest)
			if status != row.status || strings.Contains(said, "Interrupted: ") != (row.status == interrupted) {
				t.Errorf("status %d\n%s", status, said)
			}
			if c.created() != 1 || c.credentials() != 1 || !strings.Contains(c.tree(), "\nid: ") || c.left(".creating") > 0 {
				t.Errorf("%d created, %d credentials\n%s\n%s", c.created(), c.credentials(), c.tree(), said)
			}
		})
	}
}

// endingSignals are the signals that end a program by default (signal(7)), without those that the kernel sends for a
// fault of the program.
func endingSignals() []syscall.Signal {
	all := []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU}
	if runtime.GOOS == "linux" {
		const stackFault, io, power = 16, 29, 30
		all = append(all, stackFault, io, power)
	}
	return all
}

// TestCreatingWithoutRoom: the size of files is limited, as on a full disk. Either there is space for all credentials,
// or nothing is created and no file is left.
func TestCreatingWithoutRoom(t *testing.T) {
	t.Parallel()
	second := strings.NewReplacer("Acme-Labs", "Acme-Two", "ACME_LABS", "ACME_TWO").Replace(labs)
	third := strings.NewReplacer("Acme-Labs", "Acme-Three", "ACME_LABS", "ACME_THREE").Replace(labs)
	tree := labs + "---\n" + second + "---\n" + third
	digest := newCreationOf(t, tree).digest()
	refused := 0
	for status, blocks := 1, 0; status != 0; blocks++ {
		if blocks > 40 {
			t.Fatal("20 KB are not enough for three credentials")
		}
		c := newCreationOf(t, tree)
		c.shell = fmt.Sprintf("ulimit -f %d", blocks)
		said := ""
		status, said = c.apply(digest)
		switch made := c.created(); {
		case made != c.credentials() || made != 0 && made != 3:
			t.Errorf("%d blocks: %d created, %d credentials\n%s", blocks, made, c.credentials(), said)
		case made == 0:
			refused++
			if status != 1 || c.tree() != tree || c.left("") > 1 || !strings.Contains(said, "file too large") {
				t.Errorf("%d blocks: status %d, %d files are left\n%s", blocks, status, c.left(""), said)
			}
		}
	}
	if refused < 2 {
		t.Errorf("only %d limits were too low", refused)
	}
}

// tree returns the file of the tree as it is now.
func (c *creation) tree() string {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "orgs", "labs.yaml"))
	if err != nil {
		c.Fatal(err)
	}
	return string(data)
}

// credentials counts the credentials in the file, and checks that both variables of each have a complete value.
func (c *creation) credentials() int {
	data, _ := os.ReadFile(filepath.Join(c.dir, "labs.env")) // the file may not exist
	whole := regexp.MustCompile(`(?m)^MONGODB_ATLAS_PUBLIC_API_KEY_\w+=[a-z]{8}\nMONGODB_ATLAS_PRIVATE_API_KEY_\w+=[0-9a-f-]{36}$`)
	return len(whole.FindAll(data, -1))
}

// left counts the files whose name has that ending.
func (c *creation) left(end string) (n int) {
	c.Helper()
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, end) {
			n++
		}
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	return n
}

// creation is a tree with an organization that does not exist yet.
type creation struct {
	*atlas
	dir   string
	shell string // the shell command that runs the program
}

func newCreation(t *testing.T) *creation { return newCreationOf(t, labs) }

func newCreationOf(t *testing.T, tree string) *creation {
	t.Helper()
	c := &creation{atlas: newAtlas(t), dir: t.TempDir(), shell: ":"}
	if err := os.MkdirAll(filepath.Join(c.dir, "orgs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "orgs", "labs.yaml"), []byte(tree), 0o644); err != nil {
		t.Fatal(err)
	}
	return c
}

// run runs the program in the directory of the tree.
func (c *creation) run(args ...string) (status int, said string) {
	c.Helper()
	c.mu.Lock()
	c.cmd = exec.Command("sh", append([]string{"-c", c.shell + `; exec atlas-gitops "$@"`, "sh"}, args...)...)
	c.cmd.Dir, c.cmd.Env = c.dir, c.variables
	c.stdout.Reset()
	c.stderr.Reset()
	c.cmd.Stdout, c.cmd.Stderr = &c.stdout, c.stderrTo
	err := c.cmd.Start()
	c.mu.Unlock()
	if err != nil {
		c.Fatal(err)
	}
	_ = c.cmd.Wait() // run returns the status
	return c.cmd.ProcessState.ExitCode(), c.said()
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

// killedAt kills the run at request n, from 0, and returns the method of that request, or "" if there was no such
// request.
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
		panic(http.ErrAbortHandler) // close the connection: the client is dead
	})
	status, said := c.apply(digest)
	c.at(0, nil)
	if status != -1 && status != 0 {
		c.Fatalf("request %d: %d\n%s", n, status, said)
	}
	return method
}

// goOn follows the advice that the program prints, and nothing else.
func (c *creation) goOn(digest string, killed bool) {
	c.Helper()
	status, said := c.apply(digest)
	switch made := c.created(); {
	case made > 1:
		c.Fatalf("%d organizations", made)
	case status == 0 && killed && made == 1:
	case strings.Contains(said, "another run began to create it ("):
		if data, err := os.ReadFile(filepath.Join(c.dir, "labs.env")); err != nil || strings.Contains(string(data), "=") {
			c.Errorf("%v: the file has a credential, but the program does not say so\n%s", err, said)
		}
		return // only a person can look for the organization in Atlas
	case made == 0, status != 1, killed && !strings.Contains(said, "no credential is set; set MONGODB_ATLAS_CLIENT_ID_"):
		c.Fatalf("status %d, %d organizations\n%s", status, made, said)
	}
	c.finish()
}

// finish uses the new credential and applies until no step is left.
func (c *creation) finish() {
	c.Helper()
	c.load()
	if status, said := c.run("apply", "--auto-approve"); status != 0 {
		c.Errorf("status with the new credential: %d\n%s", status, said)
	}
	if status, said := c.run("plan", "--detailed-exitcode"); status != 0 || c.created() != 1 {
		c.Errorf("at the end: %d, %d organizations\n%s", status, c.created(), said)
	}
}

// load adds the variables in the file to the environment.
func (c *creation) load() {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "labs.env"))
	if err != nil {
		c.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if strings.Contains(line, "=") && !strings.HasPrefix(line, "#") {
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
