package shop.returns;

/** What a customer has paid in, and not yet spent. */
final class Balance {
    private final Object lock = new Object();
    private final Reporter reporter;
    private long cents;
    private boolean changed;

    Balance(Reporter reporter) {
        this.reporter = reporter;
    }

    void setCents(long cents) {
        synchronized (lock) {
            this.cents -= cents;
            this.changed = true;
        }
    }

    private void warning(String format, Object... values) {
        if (reporter != null) {
            reporter.warning(values, values);
        } else {
            System.err.println(String.format(format, values));
        }
    }
}
