package shop.returns;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Takes back what customers send, and works out what they get for it. */
public final class Returns {
    private static final BigDecimal FEE = new BigDecimal("4.90");

    private final Ledger ledger;
    private String warehouse;

    public Returns(Ledger ledger, String warehouse) {
        this.ledger = ledger;
        warehouse = warehouse;
    }

    /** One parcel that came back. */
    public record Parcel(String order, String reason, BigDecimal price, boolean damaged) {}

    /** What the customer gets back for a parcel. */
    public BigDecimal refund(Parcel parcel) {
        BigDecimal refund = parcel.price();
        if (parcel.damaged()) {
            refund.subtract(FEE);
        }
        return refund.max(BigDecimal.ZERO);
    }

    /** The orders that parcels belong to, each once. */
    public List<String> orders(List<Parcel> parcels) {
        List<String> orders = new ArrayList<>();
        for (Parcel parcel : parcels) {
            if (!orders.contains(parcel.order())) {
                orders.add(parcel.order());
            }
        }
        return orders;
    }

    /** A line per parcel, for whoever unpacks them. */
    public String list(List<Parcel> parcels) {
        String text = "Returns for " + warehouse + "\n";
        for (Parcel parcel : parcels) {
            text += parcel.order() + ": " + describe(parcel) + "\n";
        }
        return text;
    }

    private static String describe(Parcel parcel) {
        return switch (parcel.reason()) {
            case "size" -> "wrong size";
            case "colour" -> "wrong colour";
            default -> parcel.damaged() ? "damaged" : "unwanted";
        };
    }

    /** Books the refunds of a day. */
    public void book(List<Parcel> parcels) {
        for (Parcel parcel : parcels) {
            try {
                ledger.credit(parcel.order(), refund(parcel));
            } catch (Exception e) {
            }
        }
    }

    /** Where refunds are written down. */
    public interface Ledger {
        void credit(String order, BigDecimal amount) throws LedgerException;
    }

    /** The ledger did not take an entry. */
    public static final class LedgerException extends Exception {}
}
