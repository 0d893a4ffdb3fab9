package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/cli"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema/schematest"
)

// driveProgram makes the program send every request that it can, and returns the exchanges.
func driveProgram(t *testing.T) []exchange {
	examples := newAtlas(t, sandbox.New(sandbox.Demo()))
	for _, command := range []string{"plan", "apply", "plan"} {
		examples.serviceAccounts = command == "plan"
		examples.run(os.DirFS("../../examples"), command)
	}
	all := slices.Concat(examples.exchanges, drivePages(t), driveCreations(t), driveSettings(t))
	stories, err := filepath.Glob("../apply/testdata/kinds/*.txtar") // the stories of the contract suite
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range stories {
		all = append(all, tell(t, file)...)
	}
	return all
}

// tell takes an organization through the states of a story.
func tell(t *testing.T, file string) []exchange {
	t.Helper()
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := newAtlas(t, sandbox.New(sandbox.Demo()))
	for _, f := range story.Files {
		if strings.HasSuffix(f.Name, ".yaml") {
			a.run(tree(f.Data), "apply")
		}
	}
	return a.exchanges
}

// driveCreations creates an organization with each kind of credential and with every field of create, and deletes one.
func driveCreations(t *testing.T) []exchange {
	t.Helper()
	a := newAtlas(t, sandbox.New(sandbox.Demo()))
	for _, document := range []string{`
name: Acme-Labs
credentials: ACME_LABS
skipDefaultAlertsSettings: true
create:
  from: ACME_BILLING
  ownerId: 5f1b0c0d0e0f0a0b0c0d2001
  federationSettingsId: ` + federation + `
  apiKey: { desc: gitops, roles: [ORG_OWNER] }
settings: { multiFactorAuthRequired: true }
members: [{ username: ada@acme.example, roles: [ORG_OWNER] }, { username: kay@acme.example, roles: [ORG_MEMBER] }]
`, `
name: Acme-Sales
credentials: ACME_SALES
create:
  from: ACME_BILLING
  ownerId: 5f1b0c0d0e0f0a0b0c0d2003
  serviceAccount: { name: gitops, description: managed by git, roles: [ORG_OWNER], secretExpiresAfterHours: 2160 }
`, `
name: Acme-Research
id: 5f1b0c0d0e0f0a0b0c0d0e05
credentials: ACME_RESEARCH
state: absent
`} {
		a.run(tree([]byte(document)), "apply", "--credentials-out", "credentials.env")
	}
	return a.exchanges
}

// driveSettings sets, changes and clears every setting of the schema.
func driveSettings(t *testing.T) []exchange {
	t.Helper()
	a := newAtlas(t, sandbox.New(sandbox.Demo()))
	for seed := range uint64(40) {
		document, err := json.Marshal(map[string]any{"name": "Acme-Production", "settings": schematest.New(seed).Live("settings")})
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := spec.Load(tree(document), []string{"orgs"})
		if err != nil {
			t.Fatal(err)
		}
		if len(loaded.Diagnostics) == 0 { // skip values that are valid by themselves but contradict each other
			a.run(tree(document), "apply")
		}
	}
	return a.exchanges
}

// drivePages plans for an organization whose lists all have more than one page.
func drivePages(t *testing.T) []exchange {
	t.Helper()
	f := sandbox.Demo()
	change(productionID, func(o *sandbox.Org) {
		crowd(500)(o)
		for i := range 500 {
			o.Teams = append(o.Teams, &sandbox.Team{ID: fmt.Sprintf("5f1b0c0d0e0f0a0b0c0f%04x", i), Name: fmt.Sprintf("Team %d", i)})
			project := *o.Projects[0]
			project.ID, project.Name = fmt.Sprintf("5f1b0c0d0e0f0a0b0c10%04x", i), fmt.Sprintf("Project-%d", i)
			o.Projects = append(o.Projects, &project)
		}
	})(f)
	a := newAtlas(t, sandbox.New(f))
	a.run(tree([]byte(`
name: Acme-Production
invitations:
  - username: kay@acme.example
    roles: [ORG_MEMBER]
    teams: [Team 499]
    projects: { Project-499: [GROUP_OWNER] }
`)), "plan")
	return a.exchanges
}

func tree(document []byte) fs.FS {
	return fstest.MapFS{"orgs/acme.yaml": {Data: document, Mode: 0o644}}
}

// run runs a command on the tree orgs, with full rate limits, and accepts blocked plans. The command must succeed.
func (a *atlas) run(files fs.FS, command string, flags ...string) {
	a.Helper()
	status, out := a.try(files, command, flags...)
	if digest := regexp.MustCompile("(?m)^Digest: (.*)$").FindStringSubmatch(out); status == cli.ExitRefused && digest != nil {
		status, out = a.try(files, command, append(flags, "--accept", digest[1])...)
	}
	if status != cli.ExitOK {
		a.Errorf("%s ended with status %d:\n%s", command, status, out)
	}
}

func (a *atlas) try(files fs.FS, command string, flags ...string) (status int, output string) {
	a.Helper()
	a.refill()
	var out bytes.Buffer
	env := cli.OS()
	env.Stdout, env.Stderr = &out, &out
	env.Terminal = func() io.ReadWriteCloser { return answer{strings.NewReader("yes\n"), io.Discard} }
	env.Files, env.Dir = files, "/"
	env.Follow = func(name string) (string, error) { return name, nil }
	env.Transport, env.Getenv = a.recorder, a.environment()
	env.Cache = ""
	env.Reserve = func(string, int64) (creation.Reserved, error) { return discarded{}, nil }
	env.Replace = func(string, []byte, []byte) error { return nil }
	status = cli.Main(a.Context(), env, append(append([]string{command}, flags...), "orgs"))
	return status, out.String()
}

// answer is a terminal with what a person types.
type answer struct {
	io.Reader
	io.Writer
}

func (answer) Close() error { return nil }

// discarded is a file whose content is dropped.
type discarded struct{}

func (discarded) Append(string) error { return nil }
func (discarded) Check() error        { return nil }
func (discarded) Close() error        { return nil }
func (discarded) Discard() error      { return nil }

// environment returns every credential, as an API key or a service account. The credential without a name is that of
// ACME_PROD.
func (a *atlas) environment() func(string) string {
	variables := map[string]string{"MONGODB_ATLAS_BASE_URL": a.base}
	add := func(suffix string, c sandbox.Credential) {
		if a.serviceAccounts {
			variables["MONGODB_ATLAS_CLIENT_ID"+suffix] = c.ClientID
			variables["MONGODB_ATLAS_CLIENT_SECRET"+suffix] = c.ClientSecret
			return
		}
		variables["MONGODB_ATLAS_PUBLIC_API_KEY"+suffix] = c.PublicKey
		variables["MONGODB_ATLAS_PRIVATE_API_KEY"+suffix] = c.PrivateKey
	}
	for _, c := range a.server.Load().Credentials() {
		add("_"+c.Name, c)
	}
	add("", a.credential("ACME_PROD"))
	return func(name string) string { return variables[name] }
}
