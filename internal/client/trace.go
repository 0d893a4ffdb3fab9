package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Exchange is a request that ended, and how.
type Exchange struct {
	Method, Path string // the path with the number of its page, if it is not the first
	Status       int    // of the last answer; 0 when there was none
	Err          *Error // nil for a success
	Took         time.Duration
	Tries        int
	Remaining    string // what Atlas says is left of the limit; "" when it does not

	// The bodies, without secrets. Empty where there is none.
	Sent, Received string
}

func newExchange(request *http.Request, response *http.Response, failed *Error, tries int, took time.Duration) Exchange {
	e := Exchange{Method: request.Method, Path: request.URL.Path, Err: failed, Took: took, Tries: tries}
	if page := request.URL.Query().Get("pageNum"); page != "" && page != "1" {
		e.Path += "?pageNum=" + page
	}
	if sent, err := bodyOf(request); err == nil {
		e.Sent = withoutSecrets(sent)
	}
	if response != nil {
		e.Status, e.Remaining = response.StatusCode, response.Header.Get("RateLimit-Remaining")
		e.Received = withoutSecrets(contents(response))
	}
	return e
}

// What stands for what nobody is to read.
const (
	hidden   = "(hidden)"
	notShown = "(no JSON, so not shown)"
)

// withoutSecrets returns a body on one line, without what it must not show. What is no JSON is not shown at all: tokens
// are asked for and given back in forms.
func withoutSecrets(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if !json.Valid(body) || decoder.Decode(&value) != nil {
		return notShown
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(withoutSecretValues(value)); err != nil {
		return notShown
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func withoutSecretValues(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, one := range value {
			if isSecret(key) && one != nil {
				value[key] = hidden
			} else {
				value[key] = withoutSecretValues(one)
			}
		}
	case []any:
		for i, one := range value {
			value[i] = withoutSecretValues(one)
		}
	case string:
		return hide(value)
	}
	return value
}

// telltale is what secrets look like wherever they stand: a proxy may say what it was told.
var telltale = regexp.MustCompile(`(?i)\b(bearer|basic|digest)\s+[^\s"',;]+|mdb_sa_sk_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]+`)

// hide takes secrets out of what a server says.
func hide(s string) string { return telltale.ReplaceAllString(s, hidden) }

// isSecret knows the properties that hold secrets, in Atlas's answers (API description) and OAuth's (RFC 6749), and
// what Atlas tells of a person beyond the address that invitations go to.
func isSecret(property string) bool {
	switch property {
	case "privateKey", "secret", "clientSecret", "access_token", "refresh_token", "token", "password",
		"firstName", "lastName", "mobileNumber", "country", "lastAuth":
		return true
	}
	return false
}
