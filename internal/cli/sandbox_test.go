package cli

import (
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// TestSetCommands: a shell runs the lines, so a value or a name of the state file must not be able to add a command.
func TestSetCommands(t *testing.T) {
	const base = "http://127.0.0.1:1"
	of := func(name, private string) []sandbox.Credential {
		return []sandbox.Credential{{Name: name, PublicKey: "p", PrivateKey: private, ClientID: "mdb_sa_id_1", ClientSecret: "s"}}
	}
	const forKey, forSecret, forBase = "MONGODB_ATLAS_PUBLIC_API_KEY_ACME", "MONGODB_ATLAS_PRIVATE_API_KEY_ACME", "MONGODB_ATLAS_BASE_URL"
	for _, row := range []struct {
		reason      string
		shell       string
		accounts    bool
		credentials []sandbox.Credential
		want        string // the lines, or the error
	}{
		{"an API key", "sh", false, of("ACME", "s"), "export " + forBase + "=" + base + "\nexport " + forKey + "=p\nexport " + forSecret + "=s\n"},
		{"a service account", "sh", true, of("", ""), "export " + forBase + "=" + base + "\nexport MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_1\nexport MONGODB_ATLAS_CLIENT_SECRET=s\n"},
		{"a value with a command of the shell", "sh", false, of("ACME", "$(id)"), "export " + forBase + "=" + base + "\nexport " + forKey + "=p\nexport " + forSecret + "='$(id)'\n"},
		{"PowerShell", "powershell", false, of("ACME", "it's"), "$env:" + forBase + " = '" + base + "'\n$env:" + forKey + " = 'p'\n$env:" + forSecret + " = 'it''s'\n"},
		{"cmd", "cmd", false, of("ACME", "s"), "set \"" + forBase + "=" + base + "\"\nset \"" + forKey + "=p\"\nset \"" + forSecret + "=s\"\n"},
		{"a value that cmd cannot take", "cmd", false, of("ACME", "%PATH%"), "cmd cannot set " + forSecret + " to its value; use another shell, such as powershell"},
		{"a credential that a client created", "sh", false, []sandbox.Credential{{Name: "OTHER", Issued: true}}, "export " + forBase + "=" + base + "\n"},
		{"a name with a command, from an edited state file", "sh", false, of("x; rm -rf ~", "s"), "export " + forBase + "=" + base + "\n"},
	} {
		var b strings.Builder
		err := setCommands{base, row.accounts, row.shell}.write(&b, row.credentials)
		got := b.String()
		if err != nil {
			got += err.Error()
		}
		if got != row.want {
			t.Errorf("%s: got\n%s\nwant\n%s", row.reason, got, row.want)
		}
	}
}

// TestUsualShell checks the shell for each operating system.
func TestUsualShell(t *testing.T) {
	for system, want := range map[string]string{"linux": "sh", "darwin": "sh", "windows": "powershell"} {
		if got := usualShell(system); got != want {
			t.Errorf("%s: got %s, want %s", system, got, want)
		}
	}
}
