// Package whatsapp speaks with Meta's WhatsApp Cloud API: it sends messages (Client implements channels.Channel), keeps
// templates and numbers (the management calls of Client), names every error code (Playbook), signs the text that comes
// back in delivery reports (Correlation), and reads webhooks (VerifySignature, ParseWebhook, Fold).
//
// It holds no state and writes no store. What the provider says in free text is dropped, for it may hold an address;
// what a person reads comes from our own table.
package whatsapp
