use crate::fixture::Place;

#[tokio::test]
async fn the_first_value_of_a_setting_stays() {
    let place = Place::new();
    let store = place.open().await;
    assert_eq!(store.setting("pepper").await.unwrap(), None);
    let attempts = (0..20_u8).map(|n| {
        let store = store.clone();
        async move { store.add_setting("pepper", &[n; 32]).await }
    });
    let values = futures_util::future::join_all(attempts).await;
    let first = values[0].as_ref().unwrap();
    assert!(values.iter().all(|value| value.as_ref().unwrap() == first), "all see the same");
    store.close().await;
    assert_eq!(place.open().await.setting("pepper").await.unwrap().as_ref(), Some(first));
}
