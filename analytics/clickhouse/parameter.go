package clickhouse

import (
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func named(name string, value any) any { return clickhouse.Named(name, fmt.Sprint(value)) }
