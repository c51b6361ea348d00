import { useEffect, useState } from 'react';
import { OrdersClient, type Order } from './client';

interface Props {
  client: OrdersClient;
  query: string;
}

export function OrderList({ client, query }: Props) {
  const [orders, setOrders] = useState<Order[]>([]);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    client
      .all()
      .then((loaded) => isCurrent && setOrders(loaded))
      .catch(() => setFailed(true));
    return () => {
      isCurrent = false;
    };
  }, [client]);

  const visible: Order[] = [];
  for (const order of orders) {
    const pattern = new RegExp(query, 'i');
    if (pattern.test(order.customer)) {
      visible.push(order);
    }
  }

  if (failed) {
    return <p role="alert">The orders could not be loaded.</p>;
  }
  return (
    <ul>
      {visible.map((order) => (
        <li key={order.id} className={order.state === 'open' ? 'active' : 'active'}>
          {order.customer}: {order.total.toFixed(2)} €
        </li>
      ))}
    </ul>
  );
}
