package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/sandbox"
)

// update rewrites the expected results of the tests.
var update = flag.Bool("update", false, "rewrite the expected results")

// world is the environment of a command: a tree in memory, variables, and a sandbox that answers without a network.
type world struct {
	testing.TB
	server    *sandbox.Server
	transport http.RoundTripper
	files     fstest.MapFS
	variables map[string]string
	edit      func(*Env) // changes the Env of a command; nil: no change
}

// newWorld returns a world with a fleet, an empty tree, and the credentials of the fleet as variables.
func newWorld(t testing.TB, fleet *sandbox.Fleet, serviceAccounts bool) *world {
	w := &world{TB: t, server: sandbox.New(fleet), files: fstest.MapFS{}, variables: map[string]string{}}
	w.transport = w.server
	for _, c := range w.server.Credentials() {
		id, secret := c.PublicKey, c.PrivateKey
		if serviceAccounts {
			id, secret = c.ClientID, c.ClientSecret
		}
		forID, forSecret := client.Variables(id, c.Name)
		w.variables[forID], w.variables[forSecret] = id, secret
	}
	return w
}

func (w *world) write(name, text string) {
	w.files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// inject adds a fault to the sandbox. A fault without a kind does nothing.
func (w *world) inject(f sandbox.Fault) {
	w.Helper()
	if f.Kind == "" {
		return
	}
	if err := w.server.Inject(f); err != nil {
		w.Fatal(err)
	}
}

// run runs a command.
func (w *world) run(args ...string) (status int, stdout, stderr string) {
	w.Helper()
	var out, err strings.Builder
	status = Main(w.Context(), w.env(&out, &err), args)
	return status, out.String(), err.String()
}

func (w *world) env(stdout, stderr io.Writer) Env {
	run := reconcile.Env{
		Version:   Version,
		Getenv:    func(name string) string { return w.variables[name] },
		Environ:   w.environ,
		Files:     w.files,
		Transport: w.transport,
		Now:       time.Now,
		Follow:    func(name string) (string, error) { return name, nil },
		Reserve:   w.reserve,
		CreateShared: func(name string, is []byte) error {
			if w.files[name] != nil {
				return fs.ErrExist
			}
			w.write(name, string(is))
			return nil
		},
		Replace: func(name string, was, is []byte) error {
			if !bytes.Equal(w.files[name].Data, was) {
				return errors.New("it changed in the meantime")
			}
			w.write(name, string(is))
			return nil
		},
	}
	env := Env{Env: run, Stdout: stdout, Stderr: stderr, Width: func() int { return usualWidth },
		Interruptible: func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(ctx) }}
	if w.edit != nil {
		w.edit(&env)
	}
	return env
}

// environ returns all variables.
func (w *world) environ() (all []string) {
	for name, value := range w.variables {
		all = append(all, name+"="+value)
	}
	return all
}

// reserve makes a new file with room for size bytes.
func (w *world) reserve(name string, size int64) (creation.Reserved, error) {
	if w.files[name] != nil {
		return nil, fs.ErrExist
	}
	w.write(name, strings.Repeat("\n", int(size)))
	return &memoryFile{w, name, w.files[name], 0}, nil
}

// memoryFile is a file of the world with reserved room.
type memoryFile struct {
	w    *world
	name string
	file *fstest.MapFile
	used int
}

func (f *memoryFile) Append(text string) error {
	end := f.used + len(text)
	f.file.Data = slices.Concat(f.file.Data[:f.used], []byte(text), f.file.Data[min(end, len(f.file.Data)):])
	f.used = end
	return f.Check()
}

func (f *memoryFile) Check() error {
	if f.w.files[f.name] != f.file {
		return errors.New("it was removed")
	}
	return nil
}

func (f *memoryFile) Close() error {
	f.file.Data = f.file.Data[:f.used]
	return nil
}

func (f *memoryFile) Discard() error {
	if f.Check() == nil {
		delete(f.w.files, f.name)
	}
	return nil
}

// newExample returns a world with the demonstration fleet and the tree in examples/orgs.
func newExample(t testing.TB, serviceAccounts bool) *world {
	t.Helper()
	w := newWorld(t, sandbox.Demo(), serviceAccounts)
	const orgs = "examples/orgs"
	err := fs.WalkDir(os.DirFS("../.."), orgs, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile("../../" + name)
		w.files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// ask sends a request to a control path of the sandbox.
func (w *world) ask(method, path string) []byte {
	w.Helper()
	request, err := http.NewRequest(method, "https://atlas.example"+path, nil)
	if err != nil {
		w.Fatal(err)
	}
	response, err := w.server.RoundTrip(request)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode/100 != 2 {
		w.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, data, err)
	}
	return data
}

// fleet returns the state of Atlas, without times, inviters and new ids.
func (w *world) fleet() string {
	w.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, w.ask("GET", "/_sandbox/fleet"), "", " "); err != nil {
		w.Fatal(err)
	}
	made := regexp.MustCompile(`"(id|lastId|createdAt|expiresAt|inviterUsername)": "(6[0-9a-f]{23}|2[0-9T:Z-]+|mdb_sa_id_[0-9a-f]+|[a-z]{8})"`)
	return made.ReplaceAllString(b.String(), `"$1": "…"`)
}

// mutations returns the requests that had an effect.
func (w *world) mutations() (all []sandbox.Entry) {
	for _, e := range w.server.Log() {
		if e.Method != http.MethodGet && !strings.HasPrefix(e.Path, "/api/oauth/") && e.Done()/100 == 2 {
			all = append(all, e)
		}
	}
	return all
}

// labs is an organization that does not exist yet, with settings and people.
const labs = `# ours
name: Acme-Labs # new
credentials: ACME_LABS
create:
  from: ACME_BILLING
  ownerId: 5f1b0c0d0e0f0a0b0c0d2001
  apiKey: { desc: gitops, roles: [ORG_OWNER] }
settings: { multiFactorAuthRequired: true }
invitations: [{ username: kay@acme.example, roles: [ORG_MEMBER] }]
members:
  - { username: ada@acme.example, roles: [ORG_OWNER] }
  - { username: lynn@acme.example, roles: [ORG_MEMBER] }
`

// newLabs returns a world with the demonstration fleet and a tree with the new organization Acme-Labs.
func newLabs(t *testing.T) *world {
	t.Helper()
	return newLabsIn(t, sandbox.Demo())
}

func newLabsIn(t *testing.T, fleet *sandbox.Fleet) *world {
	t.Helper()
	w := newWorld(t, fleet, false)
	w.write("orgs/labs.yaml", labs)
	return w
}

// three are organizations that do not exist yet: one gets an API key, one a service account, and one no credential.
const three = `name: Acme-Labs
credentials: ACME_LABS
create: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, apiKey: { desc: gitops, roles: [ORG_MEMBER] } }
---
name: Acme-Two
credentials: ACME_TWO
create: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, serviceAccount: { name: gitops, description: managed by git, roles: [ORG_MEMBER], secretExpiresAfterHours: 8 } }
---
name: Acme-Three
credentials: ACME_THREE
create: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }
`

// newLabsWithoutKey is [newLabs] without a new credential.
func newLabsWithoutKey(t *testing.T) *world {
	t.Helper()
	w := newLabs(t)
	w.rewrite("  apiKey: { desc: gitops, roles: [ORG_OWNER] }\n", "")
	return w
}

// labsFile names a file that does not exist.
var labsFile = []string{"--credentials-out", "labs.env"}

const creationPath = "/api/atlas/v2/orgs"

// isCreation reports whether a request creates an organization. A request without authorization only gets the digest challenge.
func isCreation(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == creationPath && r.Header.Get("Authorization") != ""
}

// posts returns how often a creation was sent.
func (w *world) posts() (n int) {
	for _, e := range w.server.Log() {
		if e.Method == http.MethodPost && e.Path == creationPath {
			n++
		}
	}
	return n
}

// answer changes the answers to some requests.
func (w *world) answer(fits func(*http.Request) bool, change func(body string) string) {
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := w.server.RoundTrip(r)
		if err != nil || !fits(r) {
			return response, err
		}
		body, err := io.ReadAll(response.Body)
		changed := change(string(body))
		response.Body, response.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		return response, err
	})
}

// digest returns the digest of a new plan.
func (w *world) digest() string {
	w.Helper()
	_, stdout, stderr := w.run("plan", "--format", "json")
	var p struct{ Digest string }
	if err := json.Unmarshal([]byte(stdout), &p); err != nil {
		w.Fatal(err, stdout, stderr)
	}
	return p.Digest
}

// create applies the plan with the digest, even if guards block it.
func (w *world) create(digest string) (status int, stdout, stderr string) {
	w.Helper()
	return w.run("apply", "--accept", digest, "--credentials-out", "labs.env")
}

// organizations returns the ids of all organizations with the name Acme-Labs.
func (w *world) organizations() []string { return w.ids("Acme-Labs") }

// ids returns the ids of all organizations with these names.
func (w *world) ids(names ...string) (ids []string) {
	w.Helper()
	var fleet struct {
		Orgs []struct{ ID, Name string }
	}
	if err := json.Unmarshal(w.ask("GET", "/_sandbox/fleet"), &fleet); err != nil {
		w.Fatal(err)
	}
	for _, o := range fleet.Orgs {
		if slices.Contains(names, o.Name) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// load sets the variables of a file, as a shell would, and returns their number.
func (w *world) load(name string) (n int) {
	if w.files[name] == nil {
		return 0
	}
	for line := range strings.Lines(string(w.files[name].Data)) {
		if variable, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			w.variables[variable] = value
			n++
		}
	}
	return n
}

// rewrite replaces a text in the tree. It fails if the tree does not have the text.
func (w *world) rewrite(old, new string) {
	w.Helper()
	text := string(w.files["orgs/labs.yaml"].Data)
	if !strings.Contains(text, old) {
		w.Fatalf("%q is not in the tree", old)
	}
	w.write("orgs/labs.yaml", strings.ReplaceAll(text, old, new))
}

func (w *world) nothingSent() {
	w.Helper()
	if i := slices.IndexFunc(w.server.Log(), func(e sandbox.Entry) bool { return e.Method != http.MethodGet }); i >= 0 {
		w.Errorf("%s %s was sent", w.server.Log()[i].Method, w.server.Log()[i].Path)
	}
}

// without returns the variables without those of a credential.
func without(variables map[string]string, credential string) map[string]string {
	left := maps.Clone(variables)
	maps.DeleteFunc(left, func(name, _ string) bool { return strings.HasSuffix(name, credential) })
	return left
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// actionFile has the parts of action.yml that must agree with the program.
type actionFile struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Steps []struct {
			ID, Run, Uses string
			Env           map[string]string
		}
	}
}

func readAction(t *testing.T) (a actionFile) {
	t.Helper()
	data, err := os.ReadFile("../../action.yml")
	if err == nil {
		err = yaml.Unmarshal(data, &a)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}
