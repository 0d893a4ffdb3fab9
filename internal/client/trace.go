package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Exchange is a request that has ended, with its result.
type Exchange struct {
	Method, Path string // the path with the number of its page, if it is not the first
	Status       int    // of the last answer; 0 when there was none
	Err          *Error // nil for a success
	Took         time.Duration
	Tries        int
	Remaining    string // how many requests the limit still allows; "" if Atlas does not say

	// The bodies, without secrets. Empty where there is none.
	Sent, Received string
}

func newExchange(request *http.Request, response *http.Response, failed *Error, tries int, took time.Duration) Exchange {
	e := Exchange{Method: request.Method, Path: request.URL.Path, Err: failed, Took: took, Tries: tries}
	if page := request.URL.Query().Get("pageNum"); page != "" && page != "1" {
		e.Path += "?pageNum=" + page
	}
	if sent, err := bodyOf(request); err == nil {
		e.Sent = redact(sent, redactText)
	}
	if response != nil {
		e.Status, e.Remaining = response.StatusCode, response.Header.Get("RateLimit-Remaining")
		e.Received = received(response)
	}
	return e
}

// received returns the parts of an answer that a log may show. From data, these are ids, numbers and Atlas's own words. Free
// text is hidden: under any key it may be a person's name, address or telephone number. A refusal is text for people, so only
// addresses and secrets are hidden in it.
func received(response *http.Response) string {
	if response.StatusCode/100 == 2 {
		return redact(contents(response), redactData)
	}
	return redact(contents(response), redactAddresses)
}

// The replacements for text that a log must not show.
const (
	hidden   = "(hidden)"
	notShown = "(not JSON, so not shown)"
)

// redact returns a body on one line. It hides secret properties, and replaces each other text by the result of show. It hides a
// body that is not JSON, such as a request for a token, which is a form.
func redact(body []byte, show func(text string) string) string {
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
	if err := encoder.Encode(redactValue(value, show)); err != nil {
		return notShown
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func redactValue(value any, show func(string) string) any {
	switch value := value.(type) {
	case map[string]any:
		for key, one := range value {
			if isSecret(key) && one != nil {
				value[key] = hidden
			} else {
				value[key] = redactValue(one, show)
			}
		}
	case []any:
		for i, one := range value {
			value[i] = redactValue(one, show)
		}
	case string:
		return show(value)
	}
	return value
}

// dataPattern matches Atlas's own data: the id of an object or of a service account, or a word such as ORG_OWNER. It does not
// match a time, because that may show when a person logged in.
var dataPattern = regexp.MustCompile(`^((mdb_sa_id_)?[0-9a-f]{24}|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|ACTIVE|PENDING)?$`)

func redactData(text string) string {
	if dataPattern.MatchString(text) {
		return text
	}
	return hidden
}

// secretPattern matches secrets in any text. A proxy may repeat a header of the request in its error.
var secretPattern = regexp.MustCompile(`(?i)\b(bearer|basic|digest)\s+[^\s"',;]+|mdb_sa_sk_\w+|\beyJ[\w-]+\.[\w-]+\.[\w-]+`)

// redactText hides secrets in a text from a server.
func redactText(s string) string { return secretPattern.ReplaceAllString(s, hidden) }

// addressPattern matches anything that could be an e-mail address.
var addressPattern = regexp.MustCompile(`[^\s"'<>(),;:]+@[^\s"'<>(),;:]+`)

func redactAddresses(s string) string { return addressPattern.ReplaceAllString(redactText(s), hidden) }

// isSecret reports whether a property holds a secret, in answers of Atlas [api createOrg] or OAuth (RFC 6749).
func isSecret(property string) bool {
	switch property {
	case "privateKey", "secret", "clientSecret", "access_token", "refresh_token", "token", "password":
		return true
	}
	return false
}
