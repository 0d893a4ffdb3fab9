//go:build act

package conformance

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/sandbox"
)

// workplace is a repository with the example organizations and workflows. A sandbox plays Atlas, githubtest plays
// GitHub, and act plays GitHub's runner. Nothing leaves the machine.
type workplace struct {
	*testing.T
	act   string
	atlas *atlas
	hub   *githubtest.GitHub
	hubAt string
	repo  string
	base  string // commit before the pull request
	dir   string // directory for files that are not in the repository
	path  []string
	env   []string

	isFork bool // the pull request comes from a fork, so that its runs have no secrets
}

func newWorkplace(t *testing.T) *workplace {
	t.Helper()
	return newWorkplaceFor(t, sandbox.Demo(), os.DirFS("../../examples/orgs"))
}

// newWorkplaceFor returns a workplace with other organizations and another tree.
func newWorkplaceFor(t *testing.T, fleet *sandbox.Fleet, tree fs.FS) *workplace {
	t.Helper()
	w := &workplace{T: t, act: os.Getenv("ACT"), repo: t.TempDir(), dir: t.TempDir()}
	if w.act == "" {
		t.Fatal("set the variable ACT to the path of the program act; to install it: go install github.com/nektos/act@v0.2.89")
	}
	w.atlas, w.hub = newAtlas(t, sandbox.New(fleet)), githubtest.New()
	server := httptest.NewServer(w.hub)
	t.Cleanup(server.Close)
	w.hubAt = server.URL
	w.path = []string{w.tools()}
	w.commit(tree)
	return w
}

// tools returns a directory with the programs that every runner has, without Go.
func (w *workplace) tools() string {
	dir := filepath.Join(w.dir, "tools")
	w.ok(os.Mkdir(dir, 0o755))
	for _, name := range []string{"bash", "cat", "cp", "find", "git", "mkdir", "sort"} {
		whole, err := exec.LookPath(name)
		w.ok(err)
		w.ok(os.Symlink(whole, filepath.Join(dir, name)))
	}
	return dir
}

// commit makes the checkout of a pull request as actions/checkout does: its merge commit, whose first parent is the
// base. The pull request adds acme-staging.yaml if the tree has it.
func (w *workplace) commit(tree fs.FS) {
	w.ok(os.CopyFS(filepath.Join(w.repo, "orgs"), tree))
	w.ok(os.CopyFS(filepath.Join(w.repo, ".github/workflows"), os.DirFS("../../examples/workflows")))
	w.git("init", "-q", "-b", "main")
	w.git("remote", "add", "origin", "https://github.com/"+w.hub.Repository)
	w.git("add", "--", ".", ":!orgs/acme-staging.yaml")
	w.git("commit", "-q", "-m", "base")
	w.base = w.git("rev-parse", "HEAD")
	w.git("checkout", "-q", "-b", "change")
	w.git("add", ".")
	w.git("commit", "-q", "-m", "change")
	w.git("checkout", "-q", "--detach", "main")
	w.git("merge", "-q", "--no-ff", "-m", "merge", "change")
}

func (w *workplace) git(args ...string) string {
	w.Helper()
	cmd := exec.Command("git", append([]string{"-C", w.repo, "-c", "user.name=a", "-c", "user.email=a@acme.example"}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.Fatalf("git %s: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *workplace) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *workplace) write(name, text string) string {
	w.Helper()
	whole := filepath.Join(w.dir, name)
	if strings.HasPrefix(name, ".github/") || strings.HasPrefix(name, "orgs/") {
		whole = filepath.Join(w.repo, name)
	}
	w.ok(os.MkdirAll(filepath.Dir(whole), 0o755))
	w.ok(os.WriteFile(whole, []byte(text), 0o644))
	return whole
}

// shared is a directory for files that all tests share.
var shared string

func TestMain(m *testing.M) {
	var err error
	if shared, err = os.MkdirTemp("", "act"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(shared)
	os.Exit(status)
}

// program builds the program into a directory.
var program = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(shared, "bin")
	cmd := exec.Command("go", "build", "-o", bin+"/", ".")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return bin, err
})

// source copies this repository as a runner gets it, without its history.
var source = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(shared, "source")
	return dir, filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() && strings.HasPrefix(e.Name(), ".") && strings.Trim(e.Name(), ".") != "" {
			return cmp.Or(err, fs.SkipDir)
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, "../.."))
		if e.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := os.ReadFile(path)
		return cmp.Or(err, os.WriteFile(to, data, 0o644))
	})
})

// install puts the program into PATH, and makes the workflows name it in the input program.
func (w *workplace) install() {
	w.Helper()
	w.onPath()
	workflows, err := filepath.Glob(filepath.Join(w.repo, ".github/workflows/*.yml"))
	w.ok(err)
	for _, file := range workflows {
		text, err := os.ReadFile(file)
		w.ok(err)
		named := regexp.MustCompile(`(uses: OWNER/atlas-gitops\S*\n( +)with:\n)`).ReplaceAll(text, []byte("$1$2  program: atlas-gitops\n"))
		w.ok(os.WriteFile(file, named, 0o644))
	}
}

// onPath puts the program into PATH.
func (w *workplace) onPath() {
	w.Helper()
	bin, err := program()
	w.ok(err)
	w.path = append(w.path, bin)
}

// goBin is the directory of the go command that runs this test.
func (w *workplace) goBin() string { return filepath.Join(w.goEnv("GOROOT"), "bin") }

func (w *workplace) goEnv(name string) string {
	w.Helper()
	out, err := exec.Command("go", "env", name).Output()
	w.ok(err)
	return strings.TrimSpace(string(out))
}

// run makes act run a workflow for an event.
func (w *workplace) run(event, workflow string, data any) *actRun {
	w.Helper()
	payload, err := json.Marshal(data)
	w.ok(err)
	ctx, cancel := context.WithTimeout(w.Context(), 5*time.Minute)
	defer cancel()
	args := []string{event, "--json", "-C", w.repo, "-W", ".github/workflows/" + workflow, "-P", "ubuntu-latest=-self-hosted",
		"--no-cache-server", "--action-offline-mode", "--pull=false", "-e", w.write("event.json", string(payload)),
		"--secret-file", w.write("secrets", w.secrets())}
	cmd := exec.CommandContext(ctx, w.act, slices.Concat(args, w.repositories(), w.variables())...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that act ends its steps
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = w.environment()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if ctx.Err() != nil {
		w.Fatalf("act did not finish: %s", &out)
	}
	return newActRun(w.T, err == nil, out.Bytes())
}

// environment returns all variables of this process that act and the steps get.
func (w *workplace) environment() []string {
	home := filepath.Join(w.dir, "home")
	env := []string{"PATH=" + strings.Join(w.path, string(filepath.ListSeparator)), "HOME=" + home,
		"XDG_CACHE_HOME=" + home + "/cache", "XDG_CONFIG_HOME=" + home + "/config"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB"} {
		env = append(env, name+"="+w.goEnv(name))
	}
	return env
}

// variables returns the variables that GitHub or an administrator sets for a job.
func (w *workplace) variables() (flags []string) {
	for _, v := range append([]string{
		"MONGODB_ATLAS_BASE_URL=" + w.atlas.base,
		"GITHUB_API_URL=" + w.hubAt,
		"NOTES=" + w.notesFile(),
		"CACHE=" + filepath.Join(w.dir, "cache"),
		"ARTIFACTS=" + filepath.Join(w.dir, "artifacts"),
		"GO_BIN=" + w.goBin(),
	}, w.env...) {
		flags = append(flags, "--env", v)
	}
	return flags
}

// secrets returns the secrets of the example workflows: one with all credentials that read, and one with all that write.
func (w *workplace) secrets() string {
	if w.isFork {
		return "GITHUB_TOKEN=" + w.hub.Token + "\n"
	}
	reads, writes := w.bundles()
	return fmt.Sprintf("GITHUB_TOKEN=%s\nATLAS_READ_CREDENTIALS=%q\nATLAS_WRITE_CREDENTIALS=%q\n", w.hub.Token, reads, writes)
}

// bundles returns the service accounts of all organizations as lines VARIABLE=value. Where an organization has one that only reads, with
// the suffix _READ, it is the one that reads.
func (w *workplace) bundles() (reads, writes string) {
	all := w.atlas.server.Load().Credentials()
	onlyReads := map[string]sandbox.Credential{}
	for _, c := range all {
		if name, is := strings.CutSuffix(c.Name, "_READ"); is {
			onlyReads[name] = c
		}
	}
	line := func(name string, c sandbox.Credential) string {
		forID, forSecret := client.Variables(c.ClientID, name)
		return fmt.Sprintf("%s=%s\n%s=%s\n", forID, c.ClientID, forSecret, c.ClientSecret)
	}
	for _, c := range all {
		reader, has := onlyReads[c.Name]
		if !has || c.Name == "ACME_PROD" { // its invitations need ORG_OWNER, even for a plan
			reader = c
		}
		if !strings.HasSuffix(c.Name, "_READ") {
			reads, writes = reads+line(c.Name, reader), writes+line(c.Name, c)
		}
	}
	return reads, writes
}

var used = regexp.MustCompile(`(?m)uses: ((actions/(?:cache|setup-go|upload-artifact|download-artifact)|OWNER/atlas-gitops)\S*@\S+)`)

// repositories keeps act off the network: this repository is the action, and other actions have stand-ins.
func (w *workplace) repositories() (flags []string) {
	w.Helper()
	for _, file := range []string{"../../action.yml", "../../examples/workflows/matrix.yml"} {
		text, err := os.ReadFile(file)
		w.ok(err)
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			_, ref, _ := strings.Cut(m[1], "@")
			flags = append(flags, "--local-repository", m[2]+"@"+ref+"="+w.standIn(m[2]))
		}
	}
	return flags
}

// standIn returns the directory of the action that is run instead of a repository's.
func (w *workplace) standIn(repository string) string {
	w.Helper()
	dir, err := filepath.Abs(filepath.Join("testdata", repository))
	if repository == "OWNER/atlas-gitops" {
		dir, err = source()
	}
	w.ok(err)
	return dir
}

func (w *workplace) notesFile() string { return filepath.Join(w.dir, "notes") }

// notes returns what the stand-ins wrote, and removes it.
func (w *workplace) notes() []string {
	w.Helper()
	data, err := os.ReadFile(w.notesFile())
	if !os.IsNotExist(err) {
		w.ok(err)
	}
	w.ok(os.WriteFile(w.notesFile(), nil, 0o644))
	if len(data) == 0 {
		return nil
	}
	return strings.Fields(string(data))
}

// writes returns the requests that could change an organization.
func (w *workplace) writes() (writes []string) {
	for _, e := range w.atlas.server.Load().Log() {
		if e.Method != "GET" && strings.HasPrefix(e.Path, "/api/atlas/") {
			writes = append(writes, e.Method+" "+e.Path)
		}
	}
	return writes
}
