package whatsapp

import (
	"context"
	"net/http"
	"net/url"

	"posthaste/messaging"
)

// Number is a sender as the platform keeps it.
type Number struct {
	ID             string `json:"id"`
	DisplayNumber  string `json:"display_phone_number"`
	VerifiedName   string `json:"verified_name"`
	NameStatus     string `json:"name_status"`
	Quality        string `json:"quality_rating"`           // GREEN, YELLOW, RED, UNKNOWN
	Status         string `json:"status"`                   // CONNECTED may send
	Verification   string `json:"code_verification_status"` // VERIFIED, NOT_VERIFIED, EXPIRED
	MessagingLimit string `json:"whatsapp_business_manager_messaging_limit"`
	Throughput     struct {
		Level string `json:"level"` // STANDARD: 80 a second, HIGH: 1,000
	} `json:"throughput"`
}

const numberFields = "id,display_phone_number,verified_name,name_status,quality_rating,status,code_verification_status,whatsapp_business_manager_messaging_limit,throughput"

// LimitWindow is how many people the portfolio may write to in a rolling day, -1 = unlimited, 0 = not told.
func (n Number) LimitWindow() int { return limitOf(n.MessagingLimit) }

// ListNumbers gives the numbers of an account; a portfolio has at most a few dozen.
func (c *Client) ListNumbers(ctx context.Context, token, account string) ([]Number, error) {
	var numbers []Number
	for after, page := "", 0; page < 10; page++ {
		query := url.Values{"fields": {numberFields}, "limit": {"100"}}
		if after != "" {
			query.Set("after", after)
		}
		var answer struct {
			Data   []Number `json:"data"`
			Paging paging   `json:"paging"`
		}
		if err := c.call(ctx, http.MethodGet, token, query, nil, &answer, account, "phone_numbers"); err != nil {
			return nil, err
		}
		numbers = append(numbers, answer.Data...)
		if after = answer.Paging.after(); after == "" {
			break
		}
	}
	return numbers, nil
}

// GetNumber reads one number by its phone-number id.
func (c *Client) GetNumber(ctx context.Context, token, id string) (Number, error) {
	var n Number
	err := c.call(ctx, http.MethodGet, token, url.Values{"fields": {numberFields}}, nil, &n, id)
	return n, err
}

// RequestCode has the platform send a code to the number by "SMS" or "VOICE" in a language such as en_US.
func (c *Client) RequestCode(ctx context.Context, token, id, method, language string) error {
	return c.change(ctx, token, map[string]string{"code_method": method, "language": language}, id, "request_code")
}

// VerifyCode proves with the code that the number is ours.
func (c *Client) VerifyCode(ctx context.Context, token, id, code string) error {
	return c.change(ctx, token, map[string]string{"code": code}, id, "verify_code")
}

// Register makes the number able to send and sets its six-digit PIN. region (ISO, may be empty) is where the platform
// keeps the data. With Deregister at most ten calls in 72 hours.
func (c *Client) Register(ctx context.Context, token, id, pin, region string) error {
	if len(pin) != 6 || !isDigits(pin) {
		return messaging.Refuse(messaging.CodeInvalid, "pin", "The PIN must have six digits.")
	}
	content := map[string]string{"messaging_product": "whatsapp", "pin": pin}
	if region != "" {
		content["data_localization_region"] = region
	}
	return c.change(ctx, token, content, id, "register")
}

// Deregister takes the number off the platform.
func (c *Client) Deregister(ctx context.Context, token, id string) error {
	return c.change(ctx, token, nil, id, "deregister")
}

// Subscribe has the account's webhooks sent to our callback (≤ 200 characters), which the platform verifies with the
// token at once. Without a callback the app's own is used.
func (c *Client) Subscribe(ctx context.Context, token, account, callback, verifyToken string) error {
	var content map[string]string
	if callback != "" {
		if len(callback) > 200 {
			return messaging.Refuse(messaging.CodeInvalid, "callback", "The callback may have 200 characters at most.")
		}
		content = map[string]string{"override_callback_uri": callback, "verify_token": verifyToken}
	}
	return c.change(ctx, token, content, account, "subscribed_apps")
}

func (c *Client) change(ctx context.Context, token string, content map[string]string, path ...string) error {
	var body any
	if content != nil {
		body = content
	}
	var d done
	if err := c.call(ctx, http.MethodPost, token, nil, body, &d, path...); err != nil {
		return err
	}
	return d.err()
}
