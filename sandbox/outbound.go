package sandbox

import (
	"net/url"
	"strings"
)

const (
	maxCallbackData = 512
	maxUserID       = 140
	maxLink         = 2000
)

// outbound is one send, as far as the request alone can tell.
type outbound struct {
	to       string // as written by the caller
	userID   string // business-scoped id, where there is no "to"
	kind     string // text, image, … template
	callback string // biz_opaque_callback_data
	context  string // message that is answered

	media    []mediaUse
	voice    bool
	reaction string // message reacted to
	taps     []tap
	template *templateSend
}

// mediaUse is a media object in a message: uploaded (id) or at a link.
type mediaUse struct{ kind, id, link string }

// tap is something the recipient can press.
type tap struct {
	kind    string // button (of a template), button_reply, list_reply, url
	payload string
	text    string
	detail  string
}

// markRead is the other thing that is posted to /messages.
type markRead struct{ messageID string }

// decodeMessage reads the body of POST /{number}/messages. Exactly one of the
// results is set.
func decodeMessage(body []byte) (*outbound, *markRead, *apiError) {
	root, err := parseObject(body)
	if err != nil {
		return nil, nil, err
	}
	root.enum("messaging_product", "", "whatsapp")
	if root.has("status") {
		read := decodeMarkRead(root)
		return nil, read, root.fail.err
	}
	message := &outbound{callback: root.optional("biz_opaque_callback_data", maxCallbackData)}
	decodeRecipient(root, message)
	if context, ok := root.child("context", false); ok {
		message.context = context.text("message_id", 512)
		context.end()
	}
	root.optional("recipient_identity_key_hash", 512)
	message.kind = root.optional("type", 64)
	if message.kind == "" {
		message.kind = "text"
	}
	decodeContent(root, message)
	root.end()
	if root.fail.err != nil {
		return nil, nil, root.fail.err
	}
	return message, nil, nil
}

func decodeMarkRead(root object) *markRead {
	root.enum("status", "", "read")
	read := &markRead{messageID: root.text("message_id", 512)}
	if indicator, ok := root.child("typing_indicator", false); ok {
		indicator.enum("type", "", "text")
		indicator.end()
	}
	root.end()
	return read
}

func decodeRecipient(root object, message *outbound) {
	kind := root.enum("recipient_type", "individual", "individual", "group")
	if kind == "group" {
		root.fail.refuse(refuse(codeCapability, "Groups need an Official Business Account; the sandbox has none."))
	}
	message.to = root.optional("to", 32)
	message.userID = root.optional("recipient", maxUserID)
	switch {
	case message.to != "":
		message.userID = "" // "to" wins
	case message.userID == "":
		root.fail.refuse(refuse(codeParameterMissing, "One of the parameters to and recipient is required."))
	}
}

func decodeContent(root object, message *outbound) {
	switch message.kind {
	case "text", "image", "audio", "video", "document", "sticker", "reaction", "location", "interactive", "template":
		content, ok := root.child(message.kind, true)
		if ok {
			decodeKind(content, message)
		}
	case "contacts":
		for _, contact := range root.children("contacts", 1, 257) {
			decodeContact(contact)
		}
	default:
		root.fail.refuse(refuse(codeUnsupportedType, "Param type is not a message type."))
	}
}

func decodeKind(content object, message *outbound) {
	switch message.kind {
	case "text":
		content.text("body", 4096)
		content.boolean("preview_url")
	case "image", "audio", "video", "document", "sticker":
		decodeMedia(content, message)
	case "reaction":
		message.reaction = content.text("message_id", 512)
		if !content.has("emoji") {
			content.missing("emoji")
		}
		content.optional("emoji", 16) // empty removes the reaction
	case "location":
		decodeLocation(content)
	case "interactive":
		decodeInteractive(content, message)
	case "template":
		message.template = decodeTemplateSend(content, message)
	}
	content.end()
}

func decodeLocation(content object) {
	if latitude := content.number("latitude", true); latitude < -90 || latitude > 90 {
		content.invalid("latitude", "must be from -90 to 90")
	}
	if longitude := content.number("longitude", true); longitude < -180 || longitude > 180 {
		content.invalid("longitude", "must be from -180 to 180")
	}
	content.optional("name", 1000)
	content.optional("address", 1000)
}

func decodeMedia(content object, message *outbound) {
	message.media = append(message.media, decodeAsset(content, message.kind))
	switch message.kind {
	case "image", "video":
		content.optional("caption", 1024)
	case "document":
		content.optional("caption", 1024)
		content.optional("filename", 240)
	case "audio":
		message.voice = content.boolean("voice")
	}
}

// decodeAsset reads id or link of a media object of the kind.
func decodeAsset(content object, kind string) mediaUse {
	use := mediaUse{kind: kind, id: content.optional("id", 64), link: content.optional("link", maxLink)}
	switch {
	case use.id == "" && use.link == "":
		content.missing("id")
	case use.id != "" && use.link != "":
		content.invalid("link", "must not stand beside id")
	case use.link != "" && !isWebAddress(use.link):
		content.invalid("link", "is not a valid URI")
	}
	return use
}

func isWebAddress(link string) bool {
	address, err := url.Parse(link)
	return err == nil && (address.Scheme == "http" || address.Scheme == "https") && address.Host != ""
}

func decodeContact(contact object) {
	if name, ok := contact.child("name", true); ok {
		name.text("formatted_name", 1024)
		for _, part := range []string{"first_name", "last_name", "middle_name", "suffix", "prefix"} {
			name.optional(part, 1024)
		}
		name.end()
	}
	if birthday := contact.optional("birthday", 10); birthday != "" && !isDate(birthday) {
		contact.invalid("birthday", "must be YYYY-MM-DD")
	}
	if org, ok := contact.child("org", false); ok {
		readAll(org, "company", "department", "title")
	}
	for _, phone := range contact.children("phones", 0, 100) {
		readAll(phone, "phone", "type", "wa_id")
	}
	for _, email := range contact.children("emails", 0, 100) {
		readAll(email, "email", "type")
	}
	for _, link := range contact.children("urls", 0, 100) {
		readAll(link, "url", "type")
	}
	for _, address := range contact.children("addresses", 0, 100) {
		readAll(address, "street", "city", "state", "zip", "country", "country_code", "type")
	}
	contact.end()
}

func readAll(fields object, keys ...string) {
	for _, key := range keys {
		fields.optional(key, 1024)
	}
	fields.end()
}

func isDate(text string) bool {
	return len(text) == 10 && text[4] == '-' && text[7] == '-' &&
		strings.Trim(text[:4]+text[5:7]+text[8:], "0123456789") == ""
}
