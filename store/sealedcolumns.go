package store

import (
	"context"
	"fmt"
	"strings"

	"posthaste/messaging"
	"posthaste/privacy"
)

// sealedColumn is a column whose values, some or all, are sealed under the tenant's data key.
type sealedColumn struct {
	table, column string
	// id and sub are the SQL of a row's key: what its value is sealed for, and what tells rows with the same id apart.
	id, sub string
	weekly  bool // the table has a partition for each week
	place   func(id messaging.ID) privacy.AAD
}

// sealedColumns are all of them: a rotation of the data key goes through them in this order. Day keys come first, since
// what the day's key seals is the most that hangs on one value.
func sealedColumns() []sealedColumn {
	rowOf := func(place func(int64) privacy.AAD) func(messaging.ID) privacy.AAD {
		return func(id messaging.ID) privacy.AAD { return place(int64(id)) }
	}
	return []sealedColumn{
		{"tenant_key", "wrapped", "(CASE WHEN purpose = 'DAY' THEN day - DATE '1970-01-01' END)::bigint", "0::smallint", false,
			func(id messaging.ID) privacy.AAD { return privacy.DayKeyPlace(privacy.Day(id)) }}, // #nosec G115 -- the id is a day of the column
		{"portfolio", "token_sealed", "id", "0::smallint", false, messaging.PortfolioTokenPlace},
		{"provider_app", "secret_sealed", "id", "0::smallint", false, messaging.AppSecretPlace},
		{"provider_app", "old_secret_sealed", "id", "0::smallint", false, messaging.AppSecretPlace}, // sealed as the secret that it was
		{"app_user", "email_sealed", "id", "0::smallint", false, rowOf(userEmailPlace)},
		{"invite", "email_sealed", "id", "0::smallint", false, rowOf(inviteEmailPlace)},
		{"totp_factor", "secret_sealed", "id", "0::smallint", false, rowOf(totpSecretPlace)},
		{"webhook_raw", "sealed", "id", "0::smallint", false, rawPlace},
		{"message", "address_sealed", "id", "week", true, messaging.MessageAddressPlace},
		{"message", "content_sealed", "id", "week", true, messaging.MessageContentPlace},
		{"message_state", "provider_sealed", "id", "attempt", true, func(id messaging.ID) privacy.AAD { return providerPlace(0, id) }},
		{"inbound", "address_sealed", "id", "week", true, func(id messaging.ID) privacy.AAD { return messaging.InboundPlace(0, id, "address_sealed") }},
		{"inbound", "content_sealed", "id", "week", true, func(id messaging.ID) privacy.AAD { return messaging.InboundPlace(0, id, "content_sealed") }},
	}
}

// SealedColumns names the columns that a rotation of the data key goes through, as table.column.
func SealedColumns() (names []string) {
	for _, c := range sealedColumns() {
		names = append(names, c.String())
	}
	return names
}

func (c sealedColumn) String() string { return c.table + "." + c.column }

// live leaves out weeks that are over: their rows are past their term.
func (c sealedColumn) live(week int16) string {
	if !c.weekly {
		return ""
	}
	return fmt.Sprintf(" AND week >= %d", week)
}

// sealedRow is a row of the column, with its value if that is under the key that is looked for.
type sealedRow struct {
	id    int64
	sub   int16
	value []byte
}

// page gives the next rows after a key, in the order of keys: a bounded number, whatever they hold.
func (c sealedColumn) page(ctx context.Context, tx *Tx, under privacy.KeyID, afterID int64, afterSub int16, week int16, most int) (page []sealedRow, err error) {
	rows, err := tx.Tx.Query(ctx, c.sql(`SELECT ID, SUB, CASE WHEN substr(COLUMN, 2, 4) = $2 THEN COLUMN END FROM TABLE
		WHERE tenant_id = $1 AND ID >= $3 AND (ID, SUB) > ($3, $4)`)+c.live(week)+c.sql(" ORDER BY ID, SUB LIMIT $5"),
		int64(tx.Tenant), under[:], afterID, afterSub, most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row sealedRow
		if err := rows.Scan(&row.id, &row.sub, &row.value); err != nil {
			return nil, err
		}
		page = append(page, row)
	}
	return page, rows.Err()
}

// put writes renewed values in the place of those that were read, where these still stand. Rows are locked in the order of
// their keys, as everybody does who writes many: so nobody waits in a circle.
func (c sealedColumn) put(ctx context.Context, tx *Tx, read []sealedRow, renewed [][]byte, week int16) error {
	var ids []int64
	var subs []int16
	var olds [][]byte
	for _, r := range read {
		ids, subs, olds = append(ids, r.id), append(subs, r.sub), append(olds, r.value)
	}
	_, err := tx.Tx.Exec(ctx, c.sql(`SELECT FROM TABLE WHERE tenant_id = $1 AND ID = ANY($2::bigint[])`)+c.live(week)+c.sql(" ORDER BY ID, SUB FOR NO KEY UPDATE"), int64(tx.Tenant), ids)
	if err != nil {
		return err
	}
	_, err = tx.Tx.Exec(ctx, c.sql(`UPDATE TABLE t SET COLUMN = p.renewed
		FROM (SELECT unnest($2::bigint[]) AS row_id, unnest($3::smallint[]) AS row_sub, unnest($4::bytea[]) AS read, unnest($5::bytea[]) AS renewed) AS p
		WHERE t.tenant_id = $1 AND ID = p.row_id AND SUB = p.row_sub AND t.COLUMN = p.read`)+c.live(week), int64(tx.Tenant), ids, subs, olds, renewed)
	return err
}

// sql puts the column's names in.
func (c sealedColumn) sql(text string) string {
	return strings.NewReplacer("TABLE", c.table, "COLUMN", c.column, "ID", c.id, "SUB", c.sub).Replace(text)
}
