package stories

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"posthaste/test/harness"
)

// mailed waits for a mail to the address with the subject, and gives the link in it and all its text.
func mailed(t *testing.T, box *harness.Box, to, subject string) (link, text string) {
	t.Helper()
	sandbox := box.Sandbox(t)
	harness.Eventually(t, 30*time.Second, "a mail: "+subject, func() bool {
		var kept struct {
			Mails []struct{ Subject, Text string }
		}
		sandbox.Do(t, http.MethodGet, "/mails?to="+url.QueryEscape(to), nil, &kept)
		for _, m := range kept.Mails {
			if m.Subject == subject {
				text = m.Text
			}
		}
		return text != ""
	})
	link = regexp.MustCompile(`https?://\S+`).FindString(text)
	if !strings.HasPrefix(link, box.URL+"/") {
		t.Fatalf("the mail %q leads to %q, not to the installation", subject, link)
	}
	box.Link(link)
	return link, text
}

// A person comes in, loses the password, and is called to approve, by mails alone.
func TestMailsLeadPeopleIn(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Mail Tea")
	email, first, second := box.Secret("ravi."+harness.Letters(12)+"@example.com"), box.Secret("horse "+harness.Letters(20)), box.Secret("mare "+harness.Letters(20))
	var invited struct {
		InviteUser struct {
			URL        *string
			Mailed     bool
			UserErrors harness.UserErrors
		}
	}
	e.Owner.Must(t, `mutation($i: InviteUserInput!) { inviteUser(input: $i) { url mailed userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"email": email, "role": "APPROVER"}}, &invited)
	invited.InviteUser.UserErrors.None(t)
	if invited.InviteUser.URL != nil || !invited.InviteUser.Mailed {
		t.Errorf("the invite was shown to who made it, or not mailed: %+v", invited.InviteUser)
	}
	link, _ := mailed(t, box, email, "Your invitation to Posthaste")
	approver := box.Client(t)
	approver.Join(t, link, "Ravi", first)

	box.Client(t).Must(t, `mutation($e: String!) { requestPasswordReset(email: $e) { userErrors { code } } }`, map[string]any{"e": email}, nil)
	link, _ = mailed(t, box, email, "Set a new password")
	_, token, _ := strings.Cut(link, "#")
	reset := `mutation($i: ResetPasswordInput!) { resetPassword(input: $i) { userErrors { field code message } } }`
	var done struct {
		ResetPassword struct{ UserErrors harness.UserErrors }
	}
	box.Client(t).Must(t, reset, map[string]any{"i": map[string]any{"token": token, "password": second}}, &done)
	done.ResetPassword.UserErrors.None(t)
	if again := box.Client(t).Ask(t, reset, map[string]any{"i": map[string]any{"token": token, "password": first}}); !strings.Contains(string(again.Raw), `"userErrors":[{`) && again.Code() == "" {
		t.Errorf("the link served twice: %s", again.Raw)
	}
	if over, err := approver.Try(t, `{ viewer { address } }`, nil); err == nil && over.Code() != "UNAUTHENTICATED" {
		t.Errorf("a session outlives the new password: %s", over.Raw)
	}
	if box.Client(t).Password(t, email, second) == "" {
		t.Error("the new password does not lead to the second factor")
	}

	unlock(t, box, email, second)

	e.Owner.Must(t, `mutation($i: SecurityPolicyInput!) { setSecurityPolicy(input: $i) { userErrors { field code message } } }`, map[string]any{"i": map[string]any{
		"idleMinutes": 30, "sessionHours": 12, "sessionCount": 5, "approvalActs": []string{"CHANGE_ALLOW_LIST"}, "approvalHours": 72,
	}}, nil)
	var asked struct {
		SetAllowList struct {
			Approval   *struct{ ID string }
			UserErrors harness.UserErrors
		}
	}
	e.Owner.Must(t, `mutation($e: [AllowEntryInput!]!) { setAllowList(entries: $e) { approval { id } userErrors { field code message } } }`,
		map[string]any{"e": []any{map[string]any{"cidr": "127.0.0.0/8", "label": "here"}, map[string]any{"cidr": "192.0.2.0/24", "label": "Jaipur"}}}, &asked)
	if asked.SetAllowList.Approval == nil {
		t.Fatalf("the change waits for nobody: %v", asked.SetAllowList.UserErrors)
	}
	link, text := mailed(t, box, email, "An act waits for a second person")
	if link != box.URL+"/approvals" || strings.Contains(text, "192.0.2") || strings.Contains(text, "Jaipur") || strings.Contains(text, asked.SetAllowList.Approval.ID) {
		t.Errorf("the mail to the approver says %q", text)
	}
	box.NoLeaks(t)
}

// unlock has somebody wait after wrong passwords, and whoever has a shell on the host end that. The person hears of both.
func unlock(t *testing.T, box *harness.Box, email, password string) {
	t.Helper()
	step := `mutation($i: SignInInput!) { signIn(input: $i) { pendingToken userErrors { code } } }`
	try := func(password string) harness.Answer {
		return box.Client(t).Ask(t, step, map[string]any{"i": map[string]any{"email": email, "password": password}})
	}
	for range 6 {
		try(box.Secret("nobody's " + harness.Letters(12)))
	}
	if held := try(password); strings.Contains(string(held.Raw), `"pendingToken":"`) {
		t.Fatalf("six wrong passwords make nobody wait: %s", held.Code())
	}
	mailed(t, box, email, "Many failed sign-ins")
	if said := box.Run(t, "user", "unlock", "--email", strings.ToUpper(email)); !strings.Contains(said, "no failed try counts any more") {
		t.Errorf("the host's command says %q", said)
	}
	if box.Client(t).Password(t, email, password) == "" {
		t.Error("the person still has to wait")
	}
	_, text := mailed(t, box, email, "An account was unlocked")
	if !strings.Contains(text, "from the host's command line") {
		t.Errorf("the person is told %q", text)
	}
	if said := box.Refused(t, "user", "unlock", "--email", "nobody@example.com"); !strings.Contains(said, "nobody has this e-mail") {
		t.Errorf("for nobody the command says %q", said)
	}
}
