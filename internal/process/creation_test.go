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

// TestSignalsWhileCreating: whatever signal comes while the answer to a creation is awaited, what was created is kept.
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
		{"a terminal that closes sends it twice: the shell does, and the kernel", ":", []os.Signal{syscall.SIGHUP, syscall.SIGHUP}, interrupted},
		{"a second signal that nobody sends on purpose ends nothing", ":", []os.Signal{syscall.SIGTERM, syscall.SIGXCPU, syscall.SIGHUP}, interrupted},
		{"GitHub's runner sends SIGTERM behind SIGINT when somebody cancels a job", ":", []os.Signal{syscall.SIGINT, syscall.SIGTERM}, interrupted},
		{"nohup ignores it", `trap "" HUP`, []os.Signal{syscall.SIGHUP}, undisturbed},
		{"a shell ignores it for what runs in the background", `trap "" INT`, []os.Signal{syscall.SIGINT}, undisturbed},
		{"a write tells of these by its error", ":", []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ}, undisturbed},
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

// endingSignals are those that end a program unless it handles them (signal(7)), without those by which the kernel says that
// it is broken.
func endingSignals() []syscall.Signal {
	all := []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGALRM, syscall.SIGVTALRM, syscall.SIGXCPU}
	if runtime.GOOS == "linux" {
		const stackFault, io, power = 16, 29, 30
		all = append(all, stackFault, io, power)
	}
	return all
}

// TestCreatingWithoutRoom: where no file can be longer than a limit, as on a full disk, either there is room for all
// credentials, or nothing is created, and nothing is left behind.
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
		t.Errorf("%d limits were too low", refused)
	}
}

// tree returns the tree as it is now.
func (c *creation) tree() string {
	c.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "orgs", "labs.yaml"))
	if err != nil {
		c.Fatal(err)
	}
	return string(data)
}

// credentials returns how many credentials the file holds. Each has two variables, whose values are whole.
func (c *creation) credentials() int {
	data, _ := os.ReadFile(filepath.Join(c.dir, "labs.env")) // there may be none
	whole := regexp.MustCompile(`(?m)^MONGODB_ATLAS_PUBLIC_API_KEY_\w+=[a-z]{8}\nMONGODB_ATLAS_PRIVATE_API_KEY_\w+=[0-9a-f-]{36}$`)
	return len(whole.FindAll(data, -1))
}

// left returns how many files are there whose name ends so.
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
	shell string // a command of the shell from which the program is run
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
	_ = c.cmd.Wait() // the status tells
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
	case strings.Contains(said, "another run began to create it ("):
		if data, err := os.ReadFile(filepath.Join(c.dir, "labs.env")); err != nil || strings.Contains(string(data), "=") {
			c.Errorf("%v: the file has a credential and nobody is told\n%s", err, said)
		}
		return // only a person can look for it in Atlas
	case made == 0, status != 1, killed && !strings.Contains(said, " needs MONGODB_ATLAS_CLIENT_ID_"):
		c.Fatalf("status %d, %d organizations\n%s", status, made, said)
	}
	c.finish()
}

// finish does with the new credential what is left to do, until there is nothing.
func (c *creation) finish() {
	c.Helper()
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
