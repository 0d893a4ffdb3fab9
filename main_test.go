package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"
)

// update rewrites the expected results of the tests.
var update = flag.Bool("update", false, "rewrite the expected results")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"atlas-gitops": main})
}

// TestScripts runs testdata/script/*.txtar: the behaviour of the command line, as a user would type it.
func TestScripts(t *testing.T) {
	if !*update { // the documentation repeats text of the scripts that -update rewrites
		t.Parallel()
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds:                commands(),
	})
}

// TestDocsShowWhatIsPrinted: the pages show the output of the scripts. It comes after TestScripts, which may rewrite the output.
func TestDocsShowWhatIsPrinted(t *testing.T) {
	for _, shown := range []struct{ page, script, file, language string }{
		{"README.md", "short.txtar", "orgs/acme-production.yaml", "yaml"},
		{"README.md", "short.txtar", "plan.txt", ""},
		{"docs/tree.md", "explain.txtar", "field.txt", ""},
		{"docs/tree.md", "invalid.txtar", "snake.txt", ""},
	} {
		script, err := txtar.ParseFile(filepath.Join("testdata", "script", shown.script))
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(script.Files, func(f txtar.File) bool { return f.Name == shown.file })
		if i < 0 {
			t.Fatalf("%s has no %s", shown.script, shown.file)
		}
		first, _, _ := strings.Cut(string(script.Files[i].Data), "\n")
		fence := "```" + shown.language + "\n"
		checkPage(t, shown.page, "(?m)^"+fence+regexp.QuoteMeta(first)+"\n(?:[^`].*\n|\n)*```\n", fence+string(script.Files[i].Data)+"```\n")
	}
}

// setup gives a script the examples, a home, and an environment without credentials.
func setup(env *testscript.Env) error {
	env.Setenv("GORACE", endAtOnce)
	env.Setenv("HOME", filepath.Join(env.WorkDir, ".home"))
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".home", "cache"))
	return os.CopyFS(filepath.Join(env.WorkDir, "examples"), os.DirFS("examples"))
}

// endAtOnce, in GORACE, keeps the race detector from sleeping for a second at the end of each of hundreds of processes.
const endAtOnce = "atexit_sleep_ms=1"

// commands returns the commands of the scripts that testscript does not have.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"digest":  digest,
		"exits":   exits,
		"sandbox": startSandbox,
		"control": control,
		"writes":  writes,
	}
}

// digest NAME [ORG] sets a variable to the digest of the plan in the last standard output, or of an organization that guards block there.
func digest(ts *testscript.TestScript, neg bool, args []string) {
	pattern := `(?m)^Digest: ([0-9a-f]{64})$`
	if len(args) == 2 {
		pattern = `(?m)^  ` + args[1] + ` .*\n(?:    .*\n)*?    digest: ([0-9a-f]{64})$`
	}
	found := regexp.MustCompile(pattern).FindStringSubmatch(ts.ReadFile("stdout"))
	if neg || len(args) == 0 || found == nil {
		ts.Fatalf("usage: digest NAME [ORG], after a plan")
	}
	ts.Setenv(args[0], found[1])
}

// exits STATUS COMMAND ARG… runs the command, which must end with this status.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND ARG…")
	}
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		status = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s", status, args[0])
	}
}

// sandbox [FLAG…] runs atlas-gitops sandbox until the script ends, and sets the variables that it prints.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	stdout, err := os.Create(ts.MkAbs("sandbox.out"))
	ts.Check(err)
	defer stdout.Close()
	cmd := exec.Command("atlas-gitops", append([]string{"sandbox", "--shell", "sh", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir, cmd.Stdout = ts.Getenv("WORK"), stdout
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		ts.Check(cmd.Process.Signal(os.Interrupt))
		ts.Check(cmd.Wait()) // it ends with status 0
	})
	ready, err := bufio.NewReader(stderr).ReadString('\n') // this line comes after the variables
	if err != nil {
		ts.Fatalf("the sandbox wrote %q, %v", ready, err)
	}
	for line := range strings.Lines(ts.ReadFile("sandbox.out")) {
		name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if !ok {
			ts.Fatalf("the sandbox printed %q, which does not set a variable", line)
		}
		ts.Setenv(name, value)
	}
}

// control METHOD PATH [BODY] sends a request to a control path of the running sandbox.
func control(ts *testscript.TestScript, neg bool, args []string) {
	body := ""
	if len(args) > 2 {
		body = args[2]
	}
	ts.Check(errOf(request(ts, args[0], args[1], body)))
}

func errOf(_ []byte, err error) error { return err }

func request(ts *testscript.TestScript, method, path, body string) ([]byte, error) {
	r, err := http.NewRequest(method, ts.Getenv("MONGODB_ATLAS_BASE_URL")+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %s: %s", method, path, response.Status, data)
	}
	return data, err
}

// writes prints the requests to the running sandbox that are not reads, and the number of reads. Then it empties the log.
func writes(ts *testscript.TestScript, neg bool, args []string) {
	data, err := request(ts, "GET", "/_sandbox/log", "")
	ts.Check(err)
	ts.Check(errOf(request(ts, "DELETE", "/_sandbox/log", "")))
	var log []struct {
		Method, Path string
		Status       int
		Body         json.RawMessage
	}
	ts.Check(json.Unmarshal(data, &log))
	reads := 0
	for _, r := range log {
		if r.Method == http.MethodGet {
			reads++
			continue
		}
		var body bytes.Buffer
		if r.Body != nil {
			ts.Check(json.Compact(&body, r.Body))
		}
		fmt.Fprintln(ts.Stdout(), strings.TrimSpace(fmt.Sprintf("%d %s %s %s", r.Status, r.Method, r.Path, &body)))
	}
	fmt.Fprintf(ts.Stdout(), "and %d reads\n", reads)
}
