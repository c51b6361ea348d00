//! Clients in Redis, which several change at a time.

use omnistack_server::access::Role;
use omnistack_server::auth::clients::{Client, ClientError, Clients, new_secret};

use crate::processes::{Redis, key};

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_add_the_same_client_one_does() {
    let redis = Redis::start().await;
    let store = redis.store(&[&key('a')]).await;
    let clients = Clients::in_store(store).unwrap();
    let client = Client::new(&new_secret().unwrap(), Role::Developer, None).unwrap();
    for round in 0..10 {
        let name = format!("ada-{round}");
        let adding = (0..6).map(|_| clients.add(&name, client.clone()));
        let added = futures::future::join_all(adding).await;
        assert_eq!(added.iter().filter(|it| it.is_ok()).count(), 1, "{added:?}");
        let refused = added.iter().filter_map(|it| it.as_ref().err());
        assert!(refused.into_iter().all(|it| matches!(it, ClientError::Exists(_))), "{added:?}");
    }
    // What two change at once is changed by both.
    let secret = new_secret().unwrap();
    let (disabled, renewed) =
        tokio::join!(clients.disable("ada-0", true), clients.renew("ada-0", &secret));
    assert!(disabled.is_ok() && renewed.is_ok());
    let changed = clients.find("ada-0").await.unwrap().unwrap();
    assert!(changed.disabled && changed.renewed.is_some());
}
