//! What is sealed with the installation's key is noticed.

use rollcall_storage::access::sealed;

use crate::database::on_each_database;
use crate::site::Site;

#[test]
fn a_sealed_secret_of_any_tenant_is_noticed() {
    on_each_database(async |storage| {
        assert!(!storage.read_installation(sealed::exists).await.unwrap());
        let _with_a_link = Site::new(storage.clone()).await;
        assert!(storage.read_installation(sealed::exists).await.unwrap());
    });
}
